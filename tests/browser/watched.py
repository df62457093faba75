"""What a page complains of while a test uses it: `watched(page)`, then `page.faults`."""

# htmx tells of a request that was broken off as of an error. A question that a newer one of the same element
# takes the place of (hx-sync="this:replace": the check of a form while somebody types) is none, and on a busy
# machine it happens often. Whatever else is broken off is a tap that was lost: it is said, with what it was.
# Heard through htmx's log: what is told to an element that is not in the page any more nobody else hears.
TELL_LOST = """addEventListener("DOMContentLoaded", () => {
  if (!window.htmx) return;
  const sent = new WeakMap();
  htmx.logger = (element, name, detail) => {
    if (name === "htmx:beforeSend") sent.set(element, (sent.get(element) || 0) + 1);
    if (name !== "htmx:sendAbort") return;
    const before = sent.get(element), { verb, path } = detail.requestConfig;
    const yields = (element.getAttribute("hx-sync") || "") === "this:replace";
    queueMicrotask(() => { // the newer one goes out in the same breath
      if (!yields || sent.get(element) === before) console.error(`lost: ${verb} ${path}`);
    });
  };
});"""
TOLD_OTHERWISE = ("htmx:afterRequest", "htmx:sendAbort")  # the first always goes with what happened


def watched(page) -> None:
    """Before it goes anywhere."""
    page.faults = []
    page.add_init_script(TELL_LOST)

    def heard(said) -> None:
        if said.type == "error" and not said.text.startswith(TOLD_OTHERWISE):
            page.faults.append(said.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
