// The whole picture with its controls: it plays by itself and talks to the server only for what comes next.

const LOOKS = {
  light: { ink: "#1d2629", faint: "#5f6b70", grid: "#d9e0e0", work: "#2f6fc4", warn: "#c78a00", bad: "#b4430a", good: "#00695c", second: "#b3307a" },
  dark: { ink: "#e8eded", faint: "#a3aeb2", grid: "#364044", work: "#6fa8f5", warn: "#f2b632", bad: "#ff9b5e", good: "#5ccbb8", second: "#e678b4" },
};

const options = (select, rows) => select.replaceChildren(...rows.map(([value, text]) => new Option(text, value)));

class FloorView {
  constructor(root, meta, dark, send) {
    this.root = root;
    this.send = send;
    this.meta = meta;
    this.at = (name) => root.querySelector(`[data-${name}]`);
    this.box = root.querySelector(".floor");
    this.dark = dark;
    meta.channels.forEach((c, i) => { c.mark = mark(meta.channels, i); });
    this.floors = [new Replay(meta)];
    this.painters = [];
    this.time = meta.begin;
    this.playing = false;
    this.speed = 60;
    this.branch = 0;
    this.twin = "";
    this.waitingFor = null;
    this.outbox = [];
    this.lastId = 0;
    this.disturbances = [];
    this.frames = [];
    this.fill();
    this.listen();
    this.dark = this.isDark();
    this.setLook();
    this.ask({ kind: "more" }, 1800);
    requestAnimationFrame((now) => this.frame(now));
  }

  // What the reader sees now: the server learns of a changed theme only later.
  isDark() {
    const app = document.querySelector("[data-testid=stApp]");
    const parts = app ? getComputedStyle(app).backgroundColor.match(/\d+/g) : null;
    return parts ? parts.slice(0, 3).reduce((sum, n) => sum + Number(n), 0) < 384 : this.dark;
  }

  setLook() {
    const name = this.dark || this.presenting ? "dark" : "light";
    this.look = { ...LOOKS[name], font: getComputedStyle(this.root.host ?? this.box).fontFamily || "sans-serif" };
    this.box.classList.toggle("dark", name === "dark");
    for (const painter of this.painters) painter.setLook(this.look);
  }

  // -- the server
  ask(message, ahead) {
    this.lastId += 1;
    const have = this.floors.map((f) => [f.first ? f.count : -1, f.samples.length]);
    if (message.kind === "twin") have.length = 1;
    this.outbox.push({ id: this.lastId, branch: this.branch, at: this.time, have, until: this.time + (ahead ?? this.speed * 12 + 120), ...message });
    this.post();
  }

  post() {
    if (this.waitingFor) {
      if (performance.now() - this.sentAt < 6000) return;
      this.outbox.unshift(this.waitingFor);  // its answer was lost; the server knows the number and does nothing twice
    }
    const message = this.outbox.shift();
    if (!message) return;
    message.branch = this.branch;
    this.waitingFor = message;
    this.sentAt = performance.now();
    this.send(message);
  }

  answered(answer) {
    if (!answer || !this.waitingFor || answer.id !== this.waitingFor.id) return;
    const message = this.waitingFor;
    this.waitingFor = null;
    this.branch = answer.branch;
    if (message.kind === "twin") {
      this.twin = answer.twin;
      this.floors.length = 1;
      this.painters.length = 1;
    }
    answer.floors.forEach((told, i) => {
      this.floors[i] ??= new Replay(i && answer.twin_teams ? { ...this.meta, teams: answer.twin_teams } : this.meta);
      const replay = this.floors[i];
      replay.take(told);
      if (!this.painters[i]) this.painters[i] = new Painter(this.at(`stage${i}`), replay, this.look);
      if (replay.contacts && replay.time < this.time) replay.forward(this.time);
    });
    this.box.classList.toggle("twins", this.floors.length > 1);
    this.at("twin").hidden = this.floors.length < 2;
    this.disturbances = answer.disturbances;
    const failed = this.at("error");
    failed.textContent = answer.error;
    failed.hidden = !answer.error;
    if (answer.found) this.showStory(answer.found);
    this.showActive();
    if (this.wantsStep) { this.wantsStep = false; this.step(); }
    this.post();
  }

  // -- time
  known() { return Math.min(...this.floors.map((f) => f.until)); }
  over() { return this.floors.every((f) => f.finished) && this.time >= this.known() - 1e-6; }

  frame(now) {
    if (!this.root.isConnected) { this.stopped = true; return; }
    const seconds = Math.min((now - (this.drawn ?? now)) / 1000, 0.25);
    this.drawn = now;
    if (this.playing) {
      this.time = Math.min(this.time + seconds * this.speed, this.known());
      if (this.over()) this.play(false);
    }
    if (this.floors[0].contacts) {
      for (const floor of this.floors) if (floor.contacts) floor.forward(this.time);
      const low = this.known() - this.time < this.speed * 4 + 30;
      if (this.playing && low && !this.waitingFor && !this.floors.every((f) => f.finished)) this.ask({ kind: "more" });
      const big = Boolean(this.presenting);
      this.painters.forEach((painter) => painter.paint(this.time, seconds, big));
      if (now - (this.told ?? 0) > 200) {
        this.told = now;
        const dark = this.isDark();
        if (dark !== this.dark) { this.dark = dark; this.setLook(); }
        this.words();
      }
    }
    if (this.waitingFor) this.post();
    this.frames.push(now);
    while (this.frames.length && this.frames[0] < now - 2000) this.frames.shift();
    requestAnimationFrame((next) => this.frame(next));
  }

  play(on) {
    if (on && this.over()) return;
    this.playing = on;
    this.at("disturb").dataset.playing = on;
    const button = this.root.querySelector("[data-do=play]");
    button.textContent = on ? "Pause" : "Play";
    this.told = 0;
  }

  go(time) {
    this.time = Math.max(this.meta.begin, Math.min(time, this.known()));
    for (const floor of this.floors) if (floor.contacts) floor.seek(this.time);
    this.told = 0;
  }

  step() {
    this.play(false);
    const floor = this.floors[0], before = floor.news[floor.news.length - 1];
    for (;;) {
      const next = floor.nextTime();
      if (next === null) {
        if (!floor.finished) { this.wantsStep = true; this.ask({ kind: "more" }, 1800); }
        break;
      }
      floor.forward(next);
      this.time = Math.max(this.time, next);
      if (floor.news[floor.news.length - 1] !== before) break;
    }
    this.told = 0;
  }

  // -- words around the picture
  words() {
    const floor = this.floors[0], when = new Date(Date.parse(`${this.meta.start}Z`) + Math.floor(this.time) * 1000);
    this.at("clock").textContent = when.toISOString().slice(11, 19);
    this.at("day").textContent = this.over() ? "The scenario is over" : when.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
    const now = [["arrived", floor.tally.arrived], ["done", floor.tally.done], ["gave up", floor.tally.gaveUp], ["turned away", floor.tally.refused], ["waiting", floor.waiting()]];
    this.at("tallies").innerHTML = now.map(([word, n]) => `<div><dt>${word}</dt><dd>${n.toLocaleString("en")}</dd></div>`).join("");
    const fps = this.frames.length > 1 ? (this.frames.length - 1) * 1000 / (this.frames[this.frames.length - 1] - this.frames[0]) : 0;
    this.box.dataset.state = JSON.stringify({ time: this.time, fps: Number(fps.toFixed(1)), waiting: floor.waiting(), events: floor.count,
      branch: this.branch, there: floor.agents.filter((a) => a.there).length, tallies: this.floors.map((f) => f.tally), known: this.known(),
      playing: this.playing, over: this.over() });
    const lines = [...floor.inForce].filter(([row]) => this.meta.lines[row]);
    this.at("force").hidden = !lines.length;
    if (lines.length) this.at("force").textContent = "In force: " + lines.map(([row, since]) => `${this.meta.lines[row].name} (${this.meta.lines[row].does}), since ${this.clock(since).slice(0, 5)}`).join("; ");
    this.at("stage0").setAttribute("aria-label", `The floor: ${floor.waiting()} wait, ${floor.agents.filter((a) => a.working >= 0).length} of ${floor.agents.filter((a) => a.there).length} people are busy`);
    const scrub = this.at("scrub");
    scrub.min = this.meta.begin; scrub.max = Math.max(this.known(), this.meta.begin + 60);
    if (this.root.activeElement !== scrub || this.playing) scrub.value = this.time;
    scrub.setAttribute("aria-valuetext", this.at("clock").textContent);
    if (this.news !== floor.news[floor.news.length - 1] || this.newsLength !== floor.news.length) {
      this.news = floor.news[floor.news.length - 1];
      this.newsLength = floor.news.length;
      this.at("news").replaceChildren(...floor.news.slice(-7).reverse().map((one) => {
        const li = document.createElement("li"), clock = document.createElement("time");
        clock.textContent = this.clock(one.time);
        li.append(clock, ` ${one.text}`);
        return li;
      }));
    }
    paintCurves(this.at("curves"), this.floors, this.time, this.disturbances.map((d) => d.at), this.look, this.presenting);
    this.at("marks").textContent = this.disturbances.length ? "· dotted lines: you disturbed" : "";
    this.compare();
    if (this.root.activeElement !== this.at("look")) this.fillLook();
    this.showActive();
  }

  // What can stand beside this floor; with other people: of the team and as many as the fields above say.
  fillBeside() {
    const box = this.at("beside"), chosen = box.value, meta = this.meta;
    const team = meta.teams.find((t) => t.key === this.at("team").value) ?? meta.teams[0];
    const n = Math.max(1, Number(this.at("people").value) || 1);
    const others = team && team.planned !== null ? [["+", `With ${n} more of ${team.name}`], ["-", `With ${n} fewer of ${team.name}`]] : [];
    options(box, [["", "Nothing"], ["undisturbed", "This day undisturbed"], ...others, ...meta.twins.map((p) => [p.key, `Under ${p.name}`])]);
    if ([...box.options].some((o) => o.value === chosen)) box.value = chosen;
  }

  compare() {
    const box = this.at("difference");
    box.hidden = this.floors.length < 2 || !this.floors[1].contacts;
    if (box.hidden) return;
    const [a, b] = this.floors.map((f) => ({ ...f.tally, waiting: f.waiting() }));
    const parts = [["arrived", a.arrived - b.arrived], ["gave up", a.gaveUp - b.gaveUp], ["done", a.done - b.done], ["waiting", a.waiting - b.waiting]]
      .filter(([, n]) => n).map(([word, n]) => `${Math.abs(n)} ${n > 0 ? "more" : "fewer"} ${word}`);
    box.textContent = parts.length ? `The upper floor against the lower one, same customers: ${parts.join(", ")}` : "Both floors are the same so far: difference 0";
    this.at("caption0").textContent = "This floor";
    this.at("caption1").textContent = this.twin.startsWith("with ") ? `The same day ${this.twin}, undisturbed` : this.twin === "undisturbed" ? "The same day undisturbed" : `The same day under ${this.meta.twins.find((p) => p.key === this.twin)?.name ?? this.twin}`;
  }

  clock(time) {
    return new Date(Date.parse(`${this.meta.start}Z`) + Math.floor(time) * 1000).toISOString().slice(11, 19);
  }

  showActive() {
    const key = JSON.stringify(this.disturbances) + this.disturbances.map((d) => d.at <= this.time && (d.ended === null || d.ended > this.time));
    if (key === this.activeKey) return;
    this.activeKey = key;
    this.at("active").replaceChildren(...this.disturbances.filter((d) => d.at <= this.time).map((d) => {
      const li = document.createElement("li"), text = document.createElement("span"), small = document.createElement("small");
      text.textContent = `${d.words} `;
      const over = d.ended !== null && d.ended <= this.time;
      small.textContent = over ? `${this.clock(d.at)} to ${this.clock(d.ended)}` : `since ${this.clock(d.at)}`;
      text.append(small);
      li.append(text);
      li.classList.toggle("over", over);
      if (!over && d.lasting) {
        const end = document.createElement("button");
        end.type = "button";
        end.textContent = "End";
        end.setAttribute("aria-label", `End ${d.words}`);
        end.onclick = () => this.ask({ kind: "end", number: d.number });
        li.append(end);
      }
      return li;
    }));
    const switched = this.disturbances.filter((d) => d.policy && d.at <= this.time && (d.ended === null || d.ended > this.time)).pop();
    this.at("inforce").textContent = switched ? switched.policy : this.meta.policy;
  }

  showStory(found) {
    const title = document.createElement("h4"), list = document.createElement("ul");
    title.textContent = found.title;
    for (const line of found.lines) {
      const li = document.createElement("li");
      li.textContent = line.trim();
      li.classList.toggle("why", line.startsWith("   "));
      list.append(li);
    }
    this.at("story").replaceChildren(title, list);
  }

  // -- controls
  fill() {
    const { meta } = this;
    this.at("runs").innerHTML = "";
    const bold = document.createElement("b");
    bold.dataset.inforce = "";  // the policy in force, see showActive
    bold.textContent = meta.policy;
    this.at("runs").append(`${meta.scenario} under `, bold, `, seed ${meta.seed}`);
    options(this.at("team"), meta.teams.map((t) => [t.key, t.name]));
    options(this.at("channel"), [["all", "All channels"], ...meta.channels.map((c) => [c.key, c.name])]);
    options(this.at("policy"), meta.policies.map((p) => [p.key, p.name]));
    this.fillBeside();
    this.at("policyrow").hidden = !meta.policies.length;
    this.root.querySelector("[data-what=crisis]").disabled = !meta.spread.length;
    if (!meta.spread.length) this.root.querySelector("[data-what=crisis]").title = "No posts of this scenario attract others";
    this.at("speeds").replaceChildren(...meta.speeds.map((speed) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("role", "radio");
      button.textContent = `${speed}×`;
      button.dataset.speed = speed;
      button.onclick = () => this.setSpeed(speed);
      return button;
    }));
    this.setSpeed(60);
  }

  setSpeed(speed) {
    this.speed = speed;
    for (const button of this.at("speeds").children) {
      const on = Number(button.dataset.speed) === speed;
      button.setAttribute("aria-checked", on);
      button.tabIndex = on ? 0 : -1;
    }
  }

  fillLook() {
    const floor = this.floors[0];
    if (!floor.contacts || (this.lookedAt && performance.now() - this.lookedAt < 1500)) return;
    this.lookedAt = performance.now();
    const select = this.at("look");
    const waiting = floor.lines.flatMap((line) => [...line]).sort((a, b) => a.since - b.since).slice(0, 12);
    const rows = [new Option("Choose …", "")];
    const group = (label, items) => { const g = document.createElement("optgroup"); g.label = label; g.append(...items); if (items.length) rows.push(g); };
    group("Waits longest", waiting.map((c) => new Option(`${this.meta.types[c.type].name} ${c.id}, ${span(this.time - c.since)}`, `contact:${c.id}`)));
    for (const team of this.meta.teams) {
      const there = [];
      for (let a = team.first; a < team.first + team.size; a += 1) if (floor.agents[a].there) there.push(new Option(floor.name(a), `person:${a}`));
      group(team.name, there);
    }
    select.replaceChildren(...rows);
  }

  listen() {
    const acts = {
      play: () => this.play(!this.playing), step: () => this.step(), back: () => this.go(this.time - 600), presenter: () => this.present(!this.presenting),
    };
    // After a click by mouse or finger the floor has the focus: space plays and pauses, and does nothing a second time.
    const then = (act) => (event) => { act(); if (event.detail) this.box.focus({ preventScroll: true }); };
    for (const button of this.root.querySelectorAll("[data-do]")) button.onclick = then(acts[button.dataset.do]);
    for (const button of this.root.querySelectorAll("[data-what]")) button.onclick = then(() => this.disturb(button.dataset.what));
    this.at("scrub").oninput = (event) => { this.play(false); this.go(Number(event.target.value)); };
    this.at("beside").onchange = (event) => {
      const of = event.target.value, n = Math.max(1, Number(this.at("people").value) || 1);
      this.ask({ kind: "twin", of: of === "+" || of === "-" ? `people:${this.at("team").value}:${of}${n}` : of });
    };
    for (const name of ["team", "people"]) this.at(name).addEventListener("change", () => this.fillBeside());
    this.at("look").onchange = (event) => {
      const [kind, number] = event.target.value.split(":");
      if (kind) this.ask({ kind, number: Number(number), floor: 0 });
    };
    [0, 1].forEach((floor) => {
      this.at(`stage${floor}`).onclick = (event) => {
        const found = this.painters[floor]?.hit(event.offsetX, event.offsetY);
        if (found) { this.play(false); this.ask({ ...found, floor }); }
      };
    });
    this.box.addEventListener("keydown", (event) => this.key(event));
    // Nothing else has the focus, as just after a page has opened: the keys are the floor's.
    const anywhere = (event) => {
      if (!this.root.isConnected) document.removeEventListener("keydown", anywhere);
      else if (event.target === document.body) this.key(event);
    };
    document.addEventListener("keydown", anywhere);
    document.addEventListener("fullscreenchange", () => { if (!document.fullscreenElement && this.presenting) this.present(false); });
  }

  key(event) {
    if (event.target.matches?.("select, input") || event.ctrlKey || event.metaKey || event.altKey) return;
    const speeds = this.meta.speeds;
    const acts = {
      " ": () => this.play(!this.playing), ArrowRight: () => this.step(), ArrowLeft: () => this.go(this.time - 600),
      f: () => this.present(!this.presenting), d: () => { this.box.classList.toggle("panel"); this.at("team").focus(); },
      Escape: () => this.present(false),
    };
    const act = acts[event.key] ?? acts[event.key.toLowerCase?.()] ?? (speeds[Number(event.key) - 1] ? () => this.setSpeed(speeds[Number(event.key) - 1]) : null);
    if (!act || (event.key === " " && event.target.matches?.("button:not([data-do=play])"))) return;
    event.preventDefault();
    act();
  }

  disturb(what) {
    const channel = this.at("channel").value, team = this.at("team").value, people = Number(this.at("people").value);
    const given = {
      sick: { team, people }, extra: { team, people }, overtime: { team, people: 0 },
      surge: { channel, factor: 2, minutes: Number(this.at("minutes").value) }, outage: { channel },
      move: { team, channel, people }, slow: { factor: 1.3 }, policy: { name: this.at("policy").value },
      crisis: { contact_type: this.meta.spread[0], reach: 100000, attracts: 60 },
    }[what];
    if (channel === "all" && (what === "outage" || what === "move")) {
      const failed = this.at("error");
      failed.textContent = "Choose one channel first.";
      failed.hidden = false;
      return;
    }
    this.ask({ kind: "do", what, given });
  }

  present(on) {
    this.presenting = on;
    this.box.classList.toggle("presenter", on);
    this.box.classList.remove("panel");
    if (on) this.box.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen?.();
    this.setLook();
    this.box.focus();
  }
}

// One or two letters that tell the channels apart.
function mark(channels, i) {
  const name = channels[i].name;
  for (const n of [1, 2, 3]) {
    const mine = name.slice(0, n);
    if (channels.every((c, j) => j === i || c.name.slice(0, n).toLowerCase() !== mine.toLowerCase())) return mine;
  }
  return String(i + 1);
}

export default function floor(component) {
  const { data, parentElement: root } = component;
  const send = (message) => component.setTriggerValue("ask", message);
  let view = root.floorcast;
  if (!view || view.stopped || view.opened !== data.opened) {
    view = root.floorcast = new FloorView(root, data.meta, data.dark, send);
    view.opened = data.opened;
  }
  view.send = send;
  if (data.answer) view.answered(data.answer);
  else view.post();
}
