// Twenty-four bars, one an hour: drawn with a finger or the mouse, moved with the arrow keys.
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const box = parentElement.querySelector(".draw");
  const told = JSON.stringify(data.values);
  if (box.dataset.told === told || box.dataset.drawing === "yes") return;
  box.dataset.told = told;
  const values = [...data.values];
  let later = 0;
  const say = () => {
    clearTimeout(later);
    later = setTimeout(() => { box.dataset.told = JSON.stringify(values); setStateValue("values", [...values]); }, 250);
  };
  const inputs = [];
  const set = (hour, value) => {
    values[hour] = Math.max(0, Math.min(100, Math.round(value)));
    inputs[hour].value = values[hour];
    inputs[hour].previousElementSibling.style.height = `${values[hour]}%`;
  };
  box.replaceChildren(...values.map((value, hour) => {
    const label = document.createElement("label");
    const well = document.createElement("span"); well.className = "well";
    const bar = document.createElement("span"); bar.className = "bar"; bar.style.height = `${value}%`;
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: 0, max: 100, step: 1, value });
    input.setAttribute("aria-label", `From ${hour}:00`);
    input.addEventListener("input", () => { set(hour, Number(input.value)); say(); });
    inputs.push(input);
    const text = document.createElement("small"); text.textContent = hour % 3 ? "\u00a0" : hour;
    text.setAttribute("aria-hidden", "true");
    well.append(bar, input); label.append(well, text);
    return label;
  }));
  const draw = (event) => {
    const all = box.getBoundingClientRect();
    const hour = Math.floor(((event.clientX - all.left) / all.width) * 24);
    if (hour < 0 || hour > 23) return;
    const well = box.children[hour].firstElementChild.getBoundingClientRect();
    set(hour, 100 * (1 - (event.clientY - well.top) / well.height));
    say();
  };
  box.onpointerdown = (event) => { box.dataset.drawing = "yes"; box.setPointerCapture(event.pointerId); draw(event); event.preventDefault(); };
  box.onpointermove = (event) => { if (box.dataset.drawing === "yes") draw(event); };
  box.onpointerup = box.onpointercancel = () => { box.dataset.drawing = "no"; };
}
