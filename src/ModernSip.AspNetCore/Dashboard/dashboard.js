"use strict";
// The page is whole without this; with it, it follows what happens.
const status = document.getElementById("live");
const stream = new EventSource(document.body.dataset.live);
stream.onopen = () => { status.textContent = "live"; status.className = "on"; };
stream.onerror = () => { status.textContent = "connection lost; trying again"; status.className = ""; };
stream.onmessage = event => {
  const template = document.createElement("template");
  template.innerHTML = event.data;
  const fresh = [...template.content.children];
  if (fresh.every(section => document.getElementById(section.id))) {
    for (const section of fresh) { // only what has changed: what is being read or scrolled stays
      const shown = document.getElementById(section.id);
      if (shown.innerHTML !== section.innerHTML) shown.innerHTML = section.innerHTML;
    }
  } else {
    document.querySelector("main").replaceChildren(...fresh);
  }
};
