"use strict";
const [contacts, hangUp, status, ladder] = ["contacts", "hang-up", "status", "ladder"].map(id => document.getElementById(id));
let call, stream;

for (const name of await (await fetch("contacts")).json()) {
  const button = document.createElement("button");
  button.textContent = `Call ${name}`;
  button.onclick = () => begin(name);
  contacts.append(button);
}

async function begin(name) {
  stream?.close();
  const answer = await fetch(`calls/${encodeURIComponent(name)}`, { method: "POST" });
  if (!answer.ok) { status.textContent = `cannot call ${name}`; return; }
  call = (await answer.json()).id;
  status.textContent = `calling ${name}`;
  hangUp.disabled = false;
  stream = new EventSource(`calls/${encodeURIComponent(call)}/ladder`);
  stream.onmessage = event => { ladder.innerHTML = event.data; }; // the server made it, and escaped what peers sent
}

hangUp.onclick = async () => {
  hangUp.disabled = true;
  await fetch(`calls/${encodeURIComponent(call)}`, { method: "DELETE" });
  status.textContent = "hung up";
};
