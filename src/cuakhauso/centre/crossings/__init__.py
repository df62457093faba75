"""The spine: append facts; state, steps, holds, permit, worklists, timeline."""
