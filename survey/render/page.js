// The page can be read without these lines. They open a citation's card when it is pointed at or reached by Tab, search, and choose light or dark.
"use strict";
{
  const all = (css) => [...document.querySelectorAll(css)];
  const one = (css) => document.querySelector(css);

  // ---- cards. Pointing and Tab show a card for as long as they stay; a click, a tap or Enter keeps it open until Esc or a click elsewhere.
  const SOON = 250, LATE = 350; // ms: a mouse that only crosses the text opens nothing, and has time to get into the card
  let shown = null, kept = false, closed = null, opening = 0, closing = 0;
  const cardOf = (mark) => document.getElementById(mark.getAttribute("popovertarget"));
  const markAt = (node) => node.closest?.("button.cite");
  const inCard = (node) => shown && cardOf(shown).contains(node);
  const close = () => {
    if (shown) cardOf(shown).hidePopover();
    closed = null;
  };
  const open = (mark, keep) => {
    clearTimeout(opening);
    clearTimeout(closing);
    closing = 0;
    if (shown) close();
    const card = cardOf(mark);
    mark.classList.add("shown"); // what the card is placed by; where it cannot be, it stands at the other end of the window
    card.classList.add("shown");
    card.classList.toggle("above", mark.getBoundingClientRect().bottom > innerHeight / 2);
    for (const inner of card.querySelectorAll("a, button")) inner.tabIndex = keep ? 0 : -1; // Tab goes from citation to citation,
    card.showPopover(keep ? { source: mark } : {}); // or, where a card is kept open, into it
    [shown, kept, closed] = [mark, keep, null];
  };
  document.addEventListener("beforetoggle", ({ target, newState }) => {
    if (newState !== "closed" || !shown || target !== cardOf(shown)) return;
    closed = shown.matches(":hover") || shown === document.activeElement || target.contains(document.activeElement) ? shown : null;
    shown.classList.remove("shown");
    target.classList.remove("shown");
    shown = null;
  }, true);
  document.addEventListener("click", (event) => {
    const mark = markAt(event.target);
    if (mark) {
      event.preventDefault(); // else the browser would close what pointing has opened
      if (shown === mark && kept) close();
      else open(mark, true);
    } else if (event.target.closest(".card a")) close();
  });
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    clearTimeout(opening);
    const mark = markAt(target);
    if (shown && (mark === shown || inCard(target))) {
      clearTimeout(closing);
      closing = 0;
      return;
    }
    if (mark && mark !== closed && !(shown && kept)) opening = setTimeout(open, SOON, mark, false);
    if (shown && !kept && !closing && !shown.matches(":focus-visible")) closing = setTimeout(close, LATE);
  });
  document.addEventListener("pointerout", ({ target }) => {
    if (markAt(target) === closed) closed = null;
  });
  document.addEventListener("focusin", ({ target }) => {
    const mark = markAt(target);
    if (mark && mark !== shown && mark !== closed && mark.matches(":focus-visible")) open(mark, false);
  });
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (target === closed) closed = null;
    const within = target === shown || inCard(target);
    if (shown && within && relatedTarget && relatedTarget !== shown && !inCard(relatedTarget)) close();
  });

  // ---- light or dark
  const scheme = one(".scheme");
  scheme.hidden = false;
  scheme.addEventListener("click", () => {
    const root = document.documentElement;
    const now = root.dataset.scheme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.scheme = now === "dark" ? "light" : "dark";
  });

  // ---- contents: unfolded beside the text, folded above it; the section in view is marked, and beside the text its chapter alone unfolded
  const contents = one(".contents"), beside = matchMedia("(min-width: 76rem)");
  contents.classList.add("live");
  const fold = () => (contents.open = beside.matches);
  fold();
  beside.addEventListener("change", fold);
  contents.addEventListener("click", ({ target }) => { if (target.closest("a") && !beside.matches) contents.open = false; });
  const goals = all(".contents a").map((link) => [link, document.getElementById(link.getAttribute("href").slice(1))]);
  let current = null, waiting = false;
  const markSection = () => {
    waiting = false;
    const above = goals.filter(([, goal]) => goal && goal.getBoundingClientRect().top < innerHeight / 3);
    const link = above.length ? above[above.length - 1][0] : null;
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
    if (beside.matches && link) one(".side").scrollTop = link.offsetTop - innerHeight / 2;
    current = link;
  };
  document.addEventListener("scroll", () => {
    if (!waiting) waiting = Boolean(requestAnimationFrame(markSection));
  }, { passive: true });
  markSection();

  // ---- search: sentences, rows, headings and references that hold what was typed, whatever its case and accents
  const search = one(".search"), box = search.querySelector("input"), said = search.querySelector("output");
  search.hidden = false;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").toLowerCase();
  const PLACES = "main :is(h2, h3, h4, h5, h6, caption, figcaption, .asks, .claim, .connective, .own, tbody tr, .tree summary, .tree p, .tree cite), .references li";
  let texts = null, hits = [], at = -1, stale = 0; // a timer, while what was typed is not looked for yet
  const tell = () => {
    const of = (text) => text.replace("@", at + 1).replace("#", hits.length);
    const { at: which, none, one: single, many } = said.dataset;
    said.textContent = box.value.trim().length < 2 ? "" : !hits.length ? none : at >= 0 ? of(which) : hits.length === 1 ? single : of(many);
  };
  const find = () => {
    texts ??= all(PLACES).map((place) => [place, plain(place.textContent)]);
    const sought = plain(box.value.trim());
    for (const hit of hits) hit.classList.remove("hit", "here");
    hits = sought.length < 2 ? [] : texts.filter(([, text]) => text.includes(sought)).map(([place]) => place);
    for (const hit of hits) hit.classList.add("hit");
    at = -1;
    clearTimeout(stale);
    stale = 0;
    tell();
  };
  const go = (step) => {
    if (!hits.length) return;
    hits[at]?.classList.remove("here");
    at = at < 0 ? (step > 0 ? firstBelow() : hits.length - 1) : (at + step + hits.length) % hits.length;
    const hit = hits[at];
    for (let fold = hit.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    hit.classList.add("here");
    hit.scrollIntoView({ block: "center" });
    tell();
  };
  const firstBelow = () => Math.max(0, hits.findIndex((hit) => hit.getBoundingClientRect().top >= 0));
  box.addEventListener("input", () => {
    clearTimeout(stale);
    stale = setTimeout(find, 120);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (stale) find();
    go(event.shiftKey ? -1 : 1);
  });
  search.querySelector(".next").addEventListener("click", () => go(1));
  search.querySelector(".previous").addEventListener("click", () => go(-1));
}
