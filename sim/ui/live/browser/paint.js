// One floor on a canvas: door, a line per channel, people, out. Contacts keep their identity and move by themselves.

class Painter {
  constructor(canvas, replay, look) {
    this.canvas = canvas;
    this.replay = replay;
    this.context = canvas.getContext("2d");
    this.at = new Map();  // contact id -> where it is drawn
    this.leaving = [];  // contacts on their way out
    this.slots = new Map();  // agent -> place in its team
    this.sprites = new Map();
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.setLook(look);
    replay.gone = (contact) => {
      const spot = this.at.get(contact.id);
      this.at.delete(contact.id);
      if (!spot || this.leaving.length > 400) return;
      this.leaving.push({ x: spot.x, y: spot.y, type: contact.type, good: DONE.has(contact.outcome), age: 0 });
    };
  }

  setLook(look) {
    this.look = look;
    this.sprites.clear();
  }

  resize() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return false;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    this.ratio = ratio;
    this.width = width;
    this.height = height;
    return true;
  }

  paint(time, seconds, big) {
    if (!this.replay.contacts || !this.resize()) return;
    const g = this.context;
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    g.clearRect(0, 0, this.width, this.height);
    this.font = big ? 17 : 12.5;
    if (this.version !== this.replay.version) {
      this.version = this.replay.version;
      this.at.clear();
      this.leaving.length = 0;
    }
    const narrow = this.width < 560;
    const door = narrow ? 14 : big ? 58 : 46, out = narrow ? 18 : big ? 82 : 58;
    const share = this.replay.waiting() > 150 ? 0.5 : 0.4;
    const lanes = { x: door, w: (this.width - door - out) * share };
    const people = { x: lanes.x + lanes.w + 18, w: (this.width - door - out) * (1 - share) - 22 };
    this.ease = this.calm ? 1 : 1 - Math.exp(-seconds * 7);
    this.labels(door, out, narrow);
    this.paintPeople(people, time);
    this.paintLanes(lanes, time);
    this.paintMoving(seconds);
  }

  labels(door, out, narrow) {
    const g = this.context;
    g.strokeStyle = this.look.grid;
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(door - 6.5, 4); g.lineTo(door - 6.5, this.height - 4);
    g.moveTo(this.width - out + 6.5, 4); g.lineTo(this.width - out + 6.5, this.height - 4);
    g.stroke();
    if (narrow) return;
    this.write("Door", 4, 16, this.look.faint);
    this.write("Done", this.width - out + 14, 16, this.look.good);
    this.write("Gave up", this.width - out + 10, this.height - 8, this.look.bad);
  }

  paintLanes(area, time) {
    const g = this.context, { replay } = this;
    const n = replay.lines.length;
    // A line gets room for who stands in it, but every channel keeps its label.
    const label = this.font + 10;
    const weights = replay.lines.map((line) => 1 + Math.sqrt(line.size) * 0.9);
    const total = weights.reduce((a, b) => a + b, 0);
    const free = this.height - 8 - n * label;
    let y = 4;
    for (let lane = 0; lane < n; lane += 1) {
      const line = replay.lines[lane];
      this.laneHeights ??= [];
      const aim = (free * weights[lane]) / total;
      const before = this.laneHeights[lane] ?? aim;
      const height = this.laneHeights[lane] = before + (aim - before) * Math.min(this.ease * 0.4, 1);
      const waiting = [...line].sort((a, b) => a.since - b.since || a.id - b.id);
      const channel = replay.meta.channels[lane];
      const late = waiting.filter((c) => time - c.since > replay.meta.types[c.type].promised).length;
      const shut = replay.open[lane] ? "" : " · closed";
      const longest = waiting.length ? ` · longest ${span(time - waiting[0].since)}` : "";
      this.write(channel.name, area.x, y + this.font + 1, this.look.ink, true);
      const offset = g.measureText(channel.name).width + 8;
      const short = this.width < 560;
      const who = short ? `${waiting.length}` : `${waiting.length} waiting${longest}`;
      const nobody = short ? "0" : "nobody waits";
      const words = waiting.length ? `${who}${late ? ` · ${late} late` : ""}${shut}` : `${nobody}${shut}`;
      this.write(words, area.x + offset, y + this.font + 1, late ? this.look.bad : this.look.faint);
      const room = { x: area.x, y: y + label - 2, w: area.w, h: Math.max(height - 6, 10) };
      let gap = 15;
      while (gap > 4 && Math.floor(room.w / gap) * Math.max(1, Math.floor(room.h / gap)) < waiting.length) gap -= 0.5;
      const rows = Math.max(1, Math.floor(room.h / gap));
      for (let i = 0; i < waiting.length; i += 1) {
        const c = waiting[i];
        const x = room.x + room.w - gap * (Math.floor(i / rows) + 0.5);
        this.stand(c, Math.max(x, room.x + 2), room.y + gap * ((i % rows) + 0.5), area);
        const worn = (time - c.since) / Math.max(replay.meta.types[c.type].promised, 1);
        this.dot(c, worn, gap);
      }
      y += label + height;
    }
  }

  // Move a contact a little nearer to where it belongs; it comes in by the door.
  stand(c, x, y, area) {
    let spot = this.at.get(c.id);
    if (!spot) {
      spot = { x: area.x - 30, y: c.born ? y + (c.id % 7 - 3) * 6 : y };
      if (!c.born || this.calm) { spot.x = x; spot.y = y; }
      this.at.set(c.id, spot);
    }
    spot.x += (x - spot.x) * this.ease;
    spot.y += (y - spot.y) * this.ease;
    return spot;
  }

  dot(c, worn, gap) {
    const spot = this.at.get(c.id);
    const state = worn > 1 ? 2 : worn > 0.5 ? 1 : 0;
    const size = Math.min(gap * 0.94, 8 + 5 * Math.min(worn, 1.2));
    const sprite = this.sprite(state, Math.max(Math.round(size), 3));
    this.context.drawImage(sprite, spot.x - sprite.reach, spot.y - sprite.reach, sprite.reach * 2, sprite.reach * 2);
  }

  // A circle in time, a square half-way to the promise, a diamond when late: shape and colour say the same.
  sprite(state, size) {
    const key = state * 100 + size;
    let sprite = this.sprites.get(key);
    if (sprite) return sprite;
    sprite = document.createElement("canvas");
    const reach = size * 0.8 + 1;
    sprite.width = sprite.height = Math.ceil(reach * 2 * this.ratio);
    sprite.reach = reach;
    const g = sprite.getContext("2d");
    g.scale(this.ratio, this.ratio);
    g.translate(reach, reach);
    g.fillStyle = [this.look.work, this.look.warn, this.look.bad][state];
    g.beginPath();
    const r = size / 2;
    if (state === 0) g.arc(0, 0, r, 0, 7);
    else if (state === 1) g.rect(-r * 0.88, -r * 0.88, r * 1.76, r * 1.76);
    else { g.moveTo(0, -r * 1.25); g.lineTo(r * 1.25, 0); g.lineTo(0, r * 1.25); g.lineTo(-r * 1.25, 0); g.closePath(); }
    g.fill();
    this.sprites.set(key, sprite);
    return sprite;
  }

  paintPeople(area, time) {
    const { replay } = this, g = this.context;
    const teams = replay.meta.teams.map((team) => {
      const there = [];
      for (let a = team.first; a < team.first + team.size; a += 1) {
        if (replay.agents[a].there) there.push(a);
        else this.slots.delete(a);
      }
      const taken = new Set(there.map((a) => this.slots.get(a)).filter((s) => s !== undefined));
      let free = 0;
      for (const a of there) {
        if (this.slots.has(a)) continue;
        while (taken.has(free)) free += 1;
        this.slots.set(a, free);
        taken.add(free);
      }
      return { team, there, most: there.reduce((m, a) => Math.max(m, this.slots.get(a) + 1), 0) };
    });
    const label = this.font + 10;
    let tile = 46;
    const height = (size) => teams.reduce((sum, t) => sum + label + 4 + Math.ceil(t.most / Math.max(1, Math.floor(area.w / size))) * size, 0);
    while (tile > 9 && height(tile) > this.height - 8) tile -= 1;
    this.tile = tile;
    this.places = [];
    let y = 4;
    for (const { team, there, most } of teams) {
      const busy = there.filter((a) => replay.agents[a].working >= 0).length;
      this.write(team.name, area.x, y + this.font + 1, this.look.ink, true);
      const offset = g.measureText(team.name).width + 8;
      const who = this.width < 560 ? `${busy} of ${there.length} busy` : `${there.length} there, ${busy} busy`;
      this.write(there.length ? who : "nobody there", area.x + offset, y + this.font + 1, this.look.faint);
      y += label;
      const across = Math.max(1, Math.floor(area.w / tile));
      for (const a of there) {
        const slot = this.slots.get(a);
        const x = area.x + tile * ((slot % across) + 0.5), line = y + tile * (Math.floor(slot / across) + 0.5);
        this.person(a, x, line, tile, time);
      }
      y += Math.ceil(most / across) * tile + 4;
    }
  }

  person(agent, x, y, tile, time) {
    const { replay } = this, g = this.context, one = replay.agents[agent];
    const r = tile * 0.36;
    this.places.push({ agent, x, y, r });
    g.lineWidth = Math.max(1.5, tile * 0.07);
    g.strokeStyle = one.there === 2 ? this.look.faint : this.look.work;
    g.globalAlpha = one.working >= 0 || one.holds.size ? 0.35 : 1;
    if (one.there === 2) g.setLineDash([3, 3]);
    g.beginPath(); g.arc(x, y, r, 0, 7); g.stroke();
    g.setLineDash([]);
    g.globalAlpha = 1;
    if (one.working >= 0) {
      const work = one.work || 1, part = one.wrapping ? 1 : Math.min((time - one.began) / work, 1);
      g.beginPath(); g.arc(x, y, r, -Math.PI / 2, -Math.PI / 2 + part * 2 * Math.PI); g.stroke();
    }
    let k = 0;
    for (const c of one.holds) {
      const working = one.working === c.id;
      const turn = (k / Math.max(one.holds.size - 1, 1)) * Math.PI * 1.4;
      const spot = this.stand(c, working ? x : x + Math.cos(turn) * r * 1.05, working ? y : y + Math.sin(turn) * r * 1.05, { x: 40 });
      if (!working) k += 1;
      const far = Math.abs(spot.x - x) + Math.abs(spot.y - y) > r * 2.2;
      if (far || !working) {
        const sprite = this.sprite(0, Math.max(4, Math.round(tile * (working ? 0.28 : 0.2))));
        g.drawImage(sprite, spot.x - sprite.reach, spot.y - sprite.reach, sprite.reach * 2, sprite.reach * 2);
      } else if (tile >= 16) {
        const channel = replay.meta.channels[replay.meta.types[c.type].channel];
        g.globalAlpha = one.wrapping ? 0.5 : 1;
        this.write(channel.mark, x, y + tile * 0.13, this.look.ink, true, "center", Math.max(8, tile * 0.34));
        g.globalAlpha = 1;
      } else {
        g.fillStyle = this.look.work;
        g.beginPath(); g.arc(x, y, r * 0.5, 0, 7); g.fill();
      }
    }
  }

  // Done goes up and out, who gave up goes down and out.
  paintMoving(seconds) {
    const g = this.context;
    for (const one of this.leaving) {
      one.age += seconds;
      const x = this.width - 22, y = one.good ? 26 : this.height - 24;
      one.x += (x - one.x) * this.ease;
      one.y += (y - one.y) * this.ease;
      g.globalAlpha = Math.max(0, 1 - one.age / 0.9);
      g.fillStyle = one.good ? this.look.good : this.look.bad;
      g.beginPath(); g.arc(one.x, one.y, 4, 0, 7); g.fill();
    }
    g.globalAlpha = 1;
    this.leaving = this.calm ? [] : this.leaving.filter((one) => one.age < 0.9);
    if (this.at.size > this.replay.contacts.size + 50) {
      for (const id of this.at.keys()) if (!this.replay.contacts.has(id)) this.at.delete(id);
    }
  }

  write(text, x, y, colour, bold = false, align = "left", size = this.font) {
    const g = this.context;
    g.font = `${bold ? 600 : 400} ${size}px ${this.look.font}`;
    g.fillStyle = colour;
    g.textAlign = align;
    g.fillText(text, x, y);
  }

  // What is at a point: a contact in a line, or a person.
  hit(x, y) {
    let best = null, near = 15;
    for (const line of this.replay.lines) {
      for (const c of line) {
        const spot = this.at.get(c.id);
        const away = spot ? Math.hypot(spot.x - x, spot.y - y) : 99;
        if (away < near) { near = away; best = { kind: "contact", number: c.id }; }
      }
    }
    for (const place of this.places ?? []) {
      if (Math.hypot(place.x - x, place.y - y) < Math.max(place.r * 1.2, 8)) best ??= { kind: "person", number: place.agent };
    }
    return best;
  }
}

function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 3600) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  if (s < 172800) return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")}`;
  return `${Math.round(s / 86400)} days`;
}

// Three curves that grow: who waits, what was served in time, who is busy; a mark where somebody disturbed.
function paintCurves(canvas, floors, time, marks, look, big) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width) return;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const g = canvas.getContext("2d");
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  const font = big ? 15 : 12;
  const charts = [
    { title: "Waiting", value: (s) => s[1], top: null, say: (v) => `${Math.round(v)}` },
    { title: "In time, last 30 min", value: (s) => (s[4] === null ? null : s[4] * 100), top: 100, say: (v) => `${Math.round(v)} %` },
    { title: "Busy", value: (s) => (s[3] ? (100 * s[2]) / s[3] : null), top: 100, say: (v) => `${Math.round(v)} %` },
  ];
  const stacked = width < 560;
  const begin = floors[0].meta.begin, end = Math.max(time, begin + 3600);
  charts.forEach((chart, k) => {
    const w = stacked ? width - 8 : (width - 40) / 3, h = stacked ? height / 3 - 6 : height;
    const left = stacked ? 4 : 4 + k * (w + 16), top0 = stacked ? k * (h + 6) : 0;
    const seen = floors.map((floor) => floor.samples.filter((s) => s[0] <= time));
    const values = seen.flat().map(chart.value).filter((v) => v !== null);
    const top = chart.top ?? Math.max(5, ...values) * 1.1;
    const x = (t) => left + ((t - begin) / (end - begin)) * w, y = (v) => top0 + h - 4 - (v / top) * (h - font - 14);
    g.strokeStyle = look.grid;
    g.lineWidth = 1;
    g.beginPath(); g.moveTo(left, top0 + h - 3.5); g.lineTo(left + w, top0 + h - 3.5); g.stroke();
    for (const mark of marks) {
      if (mark > time) continue;
      g.strokeStyle = look.bad;
      g.setLineDash([2, 2]);
      g.beginPath(); g.moveTo(x(mark), top0 + font + 6); g.lineTo(x(mark), top0 + h - 4); g.stroke();
      g.setLineDash([]);
    }
    let said = "";
    seen.forEach((samples, which) => {
      g.strokeStyle = which ? look.second : look.work;
      g.setLineDash(which ? [5, 4] : []);
      g.lineWidth = 1.8;
      g.beginPath();
      let pen = false;
      for (const s of samples) {
        const v = chart.value(s);
        if (v === null) { pen = false; continue; }
        if (pen) g.lineTo(x(s[0]), y(v)); else g.moveTo(x(s[0]), y(v));
        pen = true;
      }
      g.stroke();
      g.setLineDash([]);
      const last = samples.length ? chart.value(samples[samples.length - 1]) : null;
      if (last !== null) said += `${which ? " / twin " : ""}${chart.say(last)}`;
    });
    g.font = `600 ${font}px ${look.font}`;
    g.fillStyle = look.ink;
    g.textAlign = "left";
    g.fillText(`${chart.title}  ${said}`, left, top0 + font + 1);
  });
}
