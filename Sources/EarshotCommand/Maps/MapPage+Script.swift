extension MapPage {
  /// Draws the points on a canvas, and answers to pointer, wheel, fingers and keys.
  static let script = #"""
    "use strict";
    const data = JSON.parse(document.getElementById("data").textContent);
    const find = (id) => document.getElementById(id);
    const [canvas, stage, tip] = [find("map"), find("stage"), find("tip")];
    const context = canvas.getContext("2d");
    const raw = Uint8Array.from(atob(data.places), (c) => c.charCodeAt(0));
    const places = new Float32Array(raw.buffer);
    const size = data.dimensions, count = data.tracks.length;
    const theme = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

    // Colours: a kind, or a place on a scale without the first and the last of a hundred.
    const known = (data.values || []).filter((v) => v !== null).sort((a, b) => a - b);
    const low = known.length ? known[Math.floor(known.length / 100)] : 0;
    const high = known.length ? known[known.length - 1 - Math.floor(known.length / 100)] : 1;
    const hidden = new Set();
    function colour(i) {
      if (data.kinds) {
        return data.kinds[i] < 0 ? theme("--other") : data.palette[data.kinds[i] % data.palette.length];
      }
      if (data.values) {
        const value = data.values[i];
        if (value === null) return theme("--other");
        const share = high > low ? (value - low) / (high - low) : 0.5;
        return data.scale[Math.max(0, Math.min(255, Math.round(share * 255)))];
      }
      return data.palette[0];
    }
    const shape = (i) => (data.kinds && data.kinds[i] >= 0 ? data.kinds[i] % 5 : 0);
    const colours = Array.from({ length: count }, (_, i) => colour(i));
    // Points of one look are drawn together; those of no kind first.
    const groups = new Map();
    for (let i = 0; i < count; i++) {
      const key = colours[i] + shape(i);
      if (!groups.has(key)) groups.set(key, { colour: colours[i], shape: shape(i), points: [] });
      groups.get(key).points.push(i);
    }
    const order = [...groups.values()].sort((a, b) =>
      (b.colour === theme("--other")) - (a.colour === theme("--other")));

    // Where things are: places are turned (in space), moved and scaled.
    const centre = [0, 0, 0];
    let reach = 1e-9;
    let diagonal = 0;
    for (let axis = 0; axis < size; axis++) {
      let [least, most] = data.query
        ? [data.query.place[axis], data.query.place[axis]] : [Infinity, -Infinity];
      for (let i = axis; i < places.length; i += size) {
        least = Math.min(least, places[i]);
        most = Math.max(most, places[i]);
      }
      if (least <= most) {
        centre[axis] = (least + most) / 2;
        reach = Math.max(reach, most - least);
        diagonal += (most - least) ** 2;
      }
    }
    // In space all that can be turned into view has room.
    if (size === 3) reach = Math.max(reach, Math.sqrt(diagonal));
    const view = { x: 0, y: 0, zoom: 1, turn: 0.7, tilt: 0.42 };
    let [width, height] = [1, 1];
    const scale = () => (Math.min(width, height) / reach) * 0.9 * view.zoom;
    function project(place, at) {
      let x = place[at] - centre[0], y = place[at + 1] - centre[1];
      if (size === 3) {
        const z = place[at + 2] - centre[2];
        const right = Math.cos(view.turn) * x - Math.sin(view.turn) * y;
        const away = Math.sin(view.turn) * x + Math.cos(view.turn) * y;
        [x, y] = [right, Math.cos(view.tilt) * z + Math.sin(view.tilt) * away];
      }
      return [width / 2 + (x - view.x) * scale(), height / 2 - (y - view.y) * scale()];
    }

    let matches = null;
    let hovered = -1;
    let planned = false;
    function plan() {
      if (planned) return;
      planned = true;
      requestAnimationFrame(draw);
    }
    function mark(x, y, radius, kind) {
      if (kind === 0) { context.moveTo(x + radius, y); context.arc(x, y, radius, 0, 2 * Math.PI); return; }
      const corners = [
        null, [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]], [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
        [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]], [[0, 1.2], [1.1, -0.8], [-1.1, -0.8]],
      ][kind];
      corners.forEach(([dx, dy], n) =>
        n ? context.lineTo(x + dx * radius, y + dy * radius) : context.moveTo(x + dx * radius, y + dy * radius));
      context.closePath();
    }
    function draw() {
      planned = false;
      const ratio = window.devicePixelRatio || 1;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      const base = count <= 300 ? 5 : count <= 3000 ? 3.6 : count <= 20000 ? 2.4 : 1.5;
      const radius = base * Math.min(3, Math.sqrt(view.zoom));
      for (const group of order) {
        context.fillStyle = group.colour;
        for (const dim of matches ? [true, false] : [false]) {
          context.globalAlpha = dim ? 0.12 : 0.85;
          context.beginPath();
          for (const i of group.points) {
            if (data.kinds && hidden.has(data.kinds[i])) continue;
            if (matches && matches.has(i) === dim) continue;
            const [x, y] = project(places, i * size);
            if (x < -9 || y < -9 || x > width + 9 || y > height + 9) continue;
            if (radius < 2) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
            else mark(x, y, radius, group.shape);
          }
          context.fill();
        }
      }
      context.globalAlpha = 1;
      if (data.query) {
        const [qx, qy] = project(data.query.place, 0);
        context.strokeStyle = theme("--accent");
        // The nearest lies on top.
        [...data.query.neighbours.keys()].reverse().forEach((n) => {
          const i = data.query.neighbours[n];
          if (data.kinds && hidden.has(data.kinds[i])) return;
          const [x, y] = project(places, i * size);
          context.lineWidth = 1;
          context.globalAlpha = 0.5;
          context.beginPath(); context.moveTo(qx, qy); context.lineTo(x, y); context.stroke();
          context.globalAlpha = 1;
          badge(x, y, String(n + 1));
        });
        badge(qx, qy, "+");
      }
      if (hovered >= 0) {
        const [x, y] = project(places, hovered * size);
        context.strokeStyle = theme("--text");
        context.lineWidth = 2;
        context.beginPath(); context.arc(x, y, radius + 4, 0, 2 * Math.PI); context.stroke();
      }
    }
    function badge(x, y, text) {
      context.fillStyle = theme("--back");
      context.lineWidth = 1.5;
      context.beginPath(); context.arc(x, y, 9, 0, 2 * Math.PI); context.fill(); context.stroke();
      context.fillStyle = theme("--text");
      context.font = "bold 11px system-ui, sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(text, x, y + 0.5);
    }

    function nearest(x, y) {
      let [best, distance] = [-1, 12 * 12];
      for (let i = 0; i < count; i++) {
        if (data.kinds && hidden.has(data.kinds[i])) continue;
        const [px, py] = project(places, i * size);
        const square = (px - x) ** 2 + (py - y) ** 2;
        if (square < distance) [best, distance] = [i, square];
      }
      return best;
    }
    function show(i) {
      hovered = i;
      tip.hidden = i < 0;
      if (i >= 0) {
        const [title, artist, album, genre] = data.tracks[i];
        tip.replaceChildren();
        const add = (tag, text) => {
          if (!text) return;
          const line = document.createElement(tag);
          line.textContent = text;
          tip.append(line);
        };
        add("b", title);
        for (const text of [artist, album, genre]) add("span", text);
        if (data.kinds && data.kinds[i] >= 0 && data.names[data.kinds[i]] !== genre
          && data.names[data.kinds[i]] !== artist) add("span", data.names[data.kinds[i]]);
        if (data.values) {
          add("span", data.label + ": " + (data.values[i] === null ? "not known" : +data.values[i].toPrecision(4)));
        }
        const [x, y] = project(places, i * size);
        tip.style.left = Math.max(0, Math.min(width - tip.offsetWidth - 4, x + 14)) + "px";
        tip.style.top = Math.max(0, Math.min(height - tip.offsetHeight - 4, y + 14)) + "px";
      }
      plan();
    }
    function zoom(factor, x = width / 2, y = height / 2) {
      const before = scale();
      view.zoom = Math.max(0.2, Math.min(500, view.zoom * factor));
      view.x += (x - width / 2) * (1 / before - 1 / scale());
      view.y -= (y - height / 2) * (1 / before - 1 / scale());
      show(-1);
    }
    function reset() { Object.assign(view, { x: 0, y: 0, zoom: 1, turn: 0.7, tilt: 0.42 }); show(-1); }
    function focus(i) {
      if (view.zoom < 4) view.zoom = 4;
      view.x = view.y = 0;
      const [x, y] = project(places, i * size);
      view.x = (x - width / 2) / scale();
      view.y = (height / 2 - y) / scale();
      show(i);
    }

    const pointers = new Map();
    let pressed = null;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
      pressed = [event.offsetX, event.offsetY];
    });
    canvas.addEventListener("pointermove", (event) => {
      const last = pointers.get(event.pointerId);
      const now = [event.offsetX, event.offsetY];
      if (!last) return show(nearest(...now));
      if (pointers.size === 2) {
        const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
        const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) || 1;
        zoom(apart(now, other) / apart(last, other), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
      } else if (size === 3 && !event.shiftKey) {
        view.turn += (now[0] - last[0]) * 0.008;
        view.tilt = Math.max(-1.5, Math.min(1.5, view.tilt + (now[1] - last[1]) * 0.008));
        show(-1);
      } else {
        view.x -= (now[0] - last[0]) / scale();
        view.y += (now[1] - last[1]) / scale();
        show(-1);
      }
      pointers.set(event.pointerId, now);
    });
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, (event) => {
        pointers.delete(event.pointerId);
        // A finger that did not move asks what is there.
        if (name === "pointerup" && pressed
          && Math.hypot(event.offsetX - pressed[0], event.offsetY - pressed[1]) < 6) {
          show(nearest(event.offsetX, event.offsetY));
        }
        pressed = null;
      });
    }
    canvas.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") show(-1); });
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), event.offsetX, event.offsetY);
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const step = 60 / scale();
      const actions = {
        ArrowLeft: () => { view.x -= step; }, ArrowRight: () => { view.x += step; },
        ArrowUp: () => { view.y += step; }, ArrowDown: () => { view.y -= step; },
        "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), 0: reset,
      };
      if (!actions[event.key]) return;
      event.preventDefault();
      actions[event.key]();
      plan();
    });
    find("in").addEventListener("click", () => zoom(1.5));
    find("out").addEventListener("click", () => zoom(1 / 1.5));
    find("all").addEventListener("click", reset);

    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const texts = data.tracks.map((track) => plain(track.join(" ")));
    function name(i) {
      const [title, artist] = data.tracks[i];
      return artist ? artist + " – " + title : title;
    }
    function item(text, action) {
      const line = document.createElement("li");
      const button = document.createElement("button");
      button.textContent = text;
      button.addEventListener("click", () => action(button));
      line.append(button);
      return line;
    }
    find("search").addEventListener("input", (event) => {
      const words = plain(event.target.value).split(/\s+/).filter(Boolean);
      find("found").replaceChildren();
      matches = null;
      find("count").textContent = "";
      if (words.length) {
        const found = texts.flatMap((text, i) => (words.every((word) => text.includes(word)) ? [i] : []));
        matches = new Set(found);
        find("count").textContent = found.length === 1 ? "1 track" : found.length + " tracks";
        for (const i of found.slice(0, 50)) find("found").append(item(name(i), () => focus(i)));
      }
      plan();
    });

    const legend = find("legend");
    function heading(text) {
      const line = document.createElement("h2");
      line.textContent = text;
      legend.append(line);
    }
    function symbol(colour, kind) {
      const forms = [
        '<circle cx="6" cy="6" r="5"/>', '<path d="M1 1h10v10h-10z"/>', '<path d="M6 0l6 11h-12z"/>',
        '<path d="M6 0l6 6l-6 6l-6 -6z"/>', '<path d="M6 12l6 -11h-12z"/>',
      ];
      const picture = document.createElement("span");
      picture.innerHTML = '<svg viewBox="0 0 12 12" aria-hidden="true">' + forms[kind] + "</svg>";
      picture.firstChild.style.fill = colour;
      return picture.firstChild;
    }
    if (data.kinds) {
      heading(data.label);
      const list = document.createElement("ul");
      for (const kind of [...data.names.keys(), -1]) {
        const total = data.kinds.filter((own) => own === kind).length;
        if (!total) continue;
        const text = (kind < 0 ? data.others : data.names[kind]) + " (" + total + ")";
        const line = item(text, (button) => {
          if (!hidden.delete(kind)) hidden.add(kind);
          button.setAttribute("aria-pressed", String(!hidden.has(kind)));
          plan();
        });
        line.firstChild.setAttribute("aria-pressed", "true");
        line.firstChild.prepend(
          symbol(kind < 0 ? theme("--other") : data.palette[kind % data.palette.length], kind < 0 ? 0 : kind % 5));
        list.append(line);
      }
      legend.append(list);
    }
    if (data.values) {
      heading(data.label);
      const bar = document.createElement("div");
      bar.id = "bar";
      bar.style.background = "linear-gradient(to right, " + data.scale.filter((_, i) => i % 15 === 0).join(", ") + ")";
      const ends = document.createElement("div");
      ends.id = "ends";
      for (const value of [low, high]) {
        const end = document.createElement("small");
        end.textContent = String(+value.toPrecision(4));
        ends.append(end);
      }
      legend.append(bar, ends);
    }
    if (data.query) {
      heading(data.query.name + " (+)");
      const list = document.createElement("ul");
      data.query.neighbours.forEach((i, n) => list.append(item(n + 1 + ". " + name(i), () => focus(i))));
      legend.append(list);
    }
    new ResizeObserver(() => {
      [width, height] = [stage.clientWidth, stage.clientHeight];
      const ratio = window.devicePixelRatio || 1;
      [canvas.width, canvas.height] = [width * ratio, height * ratio];
      plan();
    }).observe(stage);

    """#
}
