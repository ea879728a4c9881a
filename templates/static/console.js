// Keys for who works through the list: j and k move, x ticks, / searches.
"use strict";
const links = [...document.querySelectorAll(".what a")];
const move = (step) => {
  const at = links.indexOf(document.activeElement?.closest("tr")?.querySelector(".what a"));
  links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
};
const search = () => {
  document.querySelector(".find").open = true;
  document.querySelector("[name=q]").focus();
};
const tick = () => document.activeElement?.closest("tr")?.querySelector("[name=entry]")?.click();
const keys = { j: () => move(1), k: () => move(-1), x: tick, "/": search };
document.addEventListener("keydown", (event) => {
  const types = event.target.matches("input:not([type=checkbox]), select, textarea");
  if (types || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
