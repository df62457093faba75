"""The web base: page frame, components, styles, icons and languages. Start at templates/web/base.html."""
