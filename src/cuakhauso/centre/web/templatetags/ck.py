"""The components, as template tags: `{% load ck %}`. Seen together on the page /vocabulary.

Small ones build their HTML in `web/tags/`, the larger have a template in templates/web/components/.
Nothing unknown is hidden: a missing amount, weight or time is drawn as "Chưa rõ".
"""

from django import template

from cuakhauso.centre.web.tags import blocks, figures, signs

register = template.Library()
for part in (signs, figures, blocks):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
