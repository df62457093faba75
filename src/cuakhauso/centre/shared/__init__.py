"""What every capability stands on: errors, the facts store, audit, outbox, live stream, jobs."""
