// The floor at an instant, worked out from its beginning and the events since. No drawing here.

const K = { ARRIVED: 0, QUEUED: 1, ACCEPTED: 2, BEGAN: 3, PAUSED: 4, TURN_DONE: 5, REPLIED: 6, RELEASED: 7,
  WRAPPING: 8, CLOSED: 9, REQUEUED: 11, RETRIES: 12, ON: 13, OFF: 14, GONE: 15, OPENED: 16, SHUT: 17,
  FOLLOWS: 18, ATTRACTS: 19, OFFERED: 30, TRANSFERRED: 32, BEGINS: 34, ENDS: 35 };
const DONE = new Set([1, 6, 8]);  // outcomes: handled, closed with another, contained
const SIZE = 5;  // numbers per event: time, kind, contact, agent, other

class Replay {
  constructor(meta) {
    this.meta = meta;
    this.events = [];  // flat
    this.samples = [];
    this.until = meta.begin;  // what happens up to here is known
    this.finished = false;
    this.first = null;
    this.version = 0;  // changes when time was turned back
  }

  get count() { return this.events.length / SIZE; }

  // An answer of the server: what is new, after what is kept.
  take(told) {
    if (told.first) this.first = told.first;
    const [events, samples] = told.keep;
    if (events > this.count || samples > this.samples.length) return;  // it was meant for more than we have
    this.events.length = events * SIZE;
    this.samples.length = samples;
    for (const n of told.events) this.events.push(n);
    for (const s of told.samples) this.samples.push(s);
    this.until = told.until;
    this.finished = told.finished;
    if (!this.contacts) this.rewind();
    else if (this.next > this.count) this.seek(this.time);
  }

  rewind() {
    this.time = this.meta.begin;
    this.next = 0;
    this.version += 1;
    this.contacts = new Map();
    this.lines = this.meta.channels.map(() => new Set());
    this.agents = this.first.agents.map(([there, working]) => ({ there, working, wrapping: false, holds: new Set(),
      began: this.meta.begin, work: 0 }));
    this.open = this.first.open.slice();
    this.inForce = new Map(this.first.lines ?? []);  // row of the supervision: since when
    this.news = [];
    const s = this.samples[0];
    this.tally = s ? { arrived: s[5], done: s[6], gaveUp: s[7], refused: s[8] } : { arrived: 0, done: 0, gaveUp: 0, refused: 0 };
    for (const [id, type, place, agent, since, arrived, left] of this.first.contacts) {
      const contact = { id, type, place, agent, since, arrived, late: false };
      this.contacts.set(id, contact);
      if (place === "line") this.lines[this.meta.types[type].channel].add(contact);
      if (place === "agent" && agent >= 0) {
        this.agents[agent].holds.add(contact);
        if (this.agents[agent].working === id) this.agents[agent].work = left;
      }
    }
  }

  seek(time) {
    this.rewind();
    this.forward(time);
  }

  // Everything up to an instant happens; gives how many events that were.
  forward(time) {
    const e = this.events;
    let done = 0;
    while (this.next < this.count && e[this.next * SIZE] <= time) {
      const i = this.next * SIZE;
      this.time = e[i];
      this.happens(e[i], e[i + 1], e[i + 2], e[i + 3], e[i + 4]);
      this.next += 1;
      done += 1;
    }
    this.time = Math.max(this.time, time);
    return done;
  }

  // When the next thing happens that people would notice; null when nothing is known.
  nextTime() {
    return this.next < this.count ? this.events[this.next * SIZE] : null;
  }

  happens(time, kind, id, agent, other) {
    if (id < 0) {
      const one = agent >= 0 ? this.agents[agent] : null;
      if (kind === K.ON) { one.there = 1; one.wrapping = false; this.tell(time, `${this.name(agent)} comes`, -1, agent); }
      else if (kind === K.OFF) one.there = one.there ? 2 : 0;
      else if (kind === K.GONE) { one.there = 0; this.tell(time, `${this.name(agent)} leaves`, -1, agent); }
      else if (kind === K.OPENED) { this.open[other] = true; this.tell(time, `${this.meta.channels[other].name} opens`); }
      else if (kind === K.BEGINS) { this.inForce.set(other, time); if (this.meta.lines[other]) this.tell(time, `${this.meta.lines[other].name} begins: ${this.meta.lines[other].does}`); }
      else if (kind === K.ENDS) { this.inForce.delete(other); if (this.meta.lines[other]) this.tell(time, `${this.meta.lines[other].name} ends`); }
      else if (kind === K.SHUT) { this.open[other] = false; this.tell(time, `${this.meta.channels[other].name} closes`); }
      return;
    }
    let c = this.contacts.get(id);
    if (!c) {
      if (kind !== K.ARRIVED) return;
      c = { id, type: other, place: "door", agent: -1, since: time, arrived: time, late: false, born: performance.now() };
      this.contacts.set(id, c);
      this.tally.arrived += 1;
      return;
    }
    const what = `${this.meta.types[c.type].name} ${id}`;
    if (kind === K.QUEUED) {
      this.leaveAgent(c);
      if (other !== c.type) c.type = other;
      c.place = "line";
      this.lines[this.meta.types[c.type].channel].add(c);
      this.tell(time, `${what} has to wait`, id);
    } else if (kind === K.OFFERED || kind === K.ACCEPTED) {
      this.leaveLine(c);
      c.place = "agent"; c.agent = agent;
      this.agents[agent].holds.add(c);
    } else if (kind === K.BEGAN) {
      const one = this.agents[agent];
      this.leaveLine(c);
      c.place = "agent"; c.agent = agent;
      one.holds.add(c); one.working = id; one.wrapping = false; one.began = time; one.work = other;
      this.tell(time, `${this.name(agent)} works on ${what}`, id, agent);
    } else if (kind === K.PAUSED || kind === K.TURN_DONE) {
      if (agent >= 0 && this.agents[agent].working === id) this.agents[agent].working = -1;
    } else if (kind === K.WRAPPING) {
      const one = this.agents[agent];
      one.working = id; one.wrapping = true; one.began = time; one.work = 0;
    } else if (kind === K.REPLIED) {
      c.since = time;
      this.tell(time, `${what} writes again`, id);
    } else if (kind === K.RELEASED) {
      this.leaveAgent(c);
      c.place = "away";
    } else if (kind === K.REQUEUED || kind === K.TRANSFERRED) {
      this.leaveAgent(c);
      this.leaveLine(c);
      c.place = "door";
      if (kind === K.TRANSFERRED) c.type = other;
      this.tell(time, `${what} ${kind === K.REQUEUED ? "goes back to the line" : "is passed on"}`, id);
    } else if (kind === K.CLOSED) {
      this.leaveLine(c);
      this.leaveAgent(c);
      c.place = "gone"; c.outcome = other;
      this.contacts.delete(id);
      if (DONE.has(other)) { this.tally.done += 1; this.tell(time, `${what} is done`, id); }
      else if (other === 2) { this.tally.gaveUp += 1; this.tell(time, `${what} gives up`, id); }
      else if (other === 3 || other === 4) { this.tally.refused += 1; this.tell(time, `${what} is turned away`, id); }
      if (this.gone) this.gone(c);
    }
  }

  leaveLine(c) {
    this.lines[this.meta.types[c.type].channel].delete(c);
  }

  leaveAgent(c) {
    if (c.agent < 0) return;
    const one = this.agents[c.agent];
    one.holds.delete(c);
    if (one.working === c.id) { one.working = -1; one.wrapping = false; }
    c.agent = -1;
  }

  tell(time, text, contact = -1, agent = -1) {
    this.news.push({ time, text, contact, agent });
    if (this.news.length > 40) this.news.splice(0, 20);
  }

  name(agent) {
    for (const team of this.meta.teams) {
      if (agent >= team.first && agent < team.first + team.size) return `${team.name} ${agent - team.first + 1}`;
    }
    return `Agent ${agent}`;
  }

  waiting() {
    let n = 0;
    for (const line of this.lines) n += line.size;
    return n;
  }

  sampleAt(time) {
    let low = 0, high = this.samples.length;
    while (low < high) { const mid = (low + high) >> 1; if (this.samples[mid][0] <= time) low = mid + 1; else high = mid; }
    return low ? this.samples[low - 1] : null;
  }
}
