extension MapPage {
  static let style = """
    :root { --back: #ffffff; --text: #1a1d21; --quiet: #51585f; --line: #c3c9cf; --panel: #f6f7f8;
      --accent: #c2410c; --other: #8a9199; }
    [data-theme="dark"] { --back: #111418; --text: #eceff2; --quiet: #a9b1ba; --line: #3a424a;
      --panel: #1a1f25; --accent: #fb923c; --other: #6b747d; color-scheme: dark; }
    * { box-sizing: border-box; }
    body { margin: 0; height: 100vh; display: flex; flex-direction: column; background: var(--back);
      color: var(--text); font: 14px/1.4 system-ui, sans-serif; }
    header { padding: 10px 16px 8px; }
    h1 { font-size: 17px; margin: 0; overflow-wrap: anywhere; }
    header p { margin: 2px 0 0; color: var(--quiet); }
    main { flex: 1; min-height: 0; display: flex; }
    #stage { position: relative; flex: 1; min-width: 0; border: 1px solid var(--line); margin: 0 0 12px 16px; }
    canvas { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: none; cursor: grab; }
    canvas:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
    #tip { position: absolute; pointer-events: none; max-width: 280px; padding: 6px 9px; border-radius: 5px;
      background: var(--panel); border: 1px solid var(--line); overflow-wrap: anywhere; }
    #tip b { display: block; }
    #tip span { display: block; color: var(--quiet); }
    aside { width: 280px; overflow: auto; padding: 0 16px 12px; }
    label { display: block; margin-bottom: 4px; color: var(--quiet); }
    input { width: 100%; padding: 7px 9px; font: inherit; color: inherit; background: var(--panel);
      border: 1px solid var(--line); border-radius: 5px; }
    button { font: inherit; color: inherit; background: none; border: 0; padding: 3px 4px; cursor: pointer;
      text-align: left; width: 100%; overflow-wrap: anywhere; border-radius: 4px; }
    button:hover { background: var(--panel); }
    button:focus-visible, input:focus-visible { outline: 2px solid var(--accent); }
    button[aria-pressed="false"] { opacity: 0.45; }
    ul { list-style: none; margin: 4px 0 14px; padding: 0; }
    h2 { font-size: 14px; margin: 14px 0 2px; }
    svg { width: 12px; height: 12px; margin-right: 8px; vertical-align: -1px; }
    small { color: var(--quiet); }
    #bar { height: 12px; margin-top: 6px; }
    #ends { display: flex; justify-content: space-between; }
    #zoom { position: absolute; right: 8px; top: 8px; display: flex; gap: 4px; }
    #zoom button { width: 32px; height: 32px; text-align: center; background: var(--panel);
      border: 1px solid var(--line); }
    @media (max-width: 640px) {
      main { flex-direction: column; }
      #stage { margin: 0 12px; min-height: 50vh; }
      aside { width: auto; padding-top: 10px; }
    }

    """

  static let body = """
    <main>
    <div id="stage">
    <canvas id="map" tabindex="0" role="application"
      aria-label="Map of tracks. Arrow keys move it, plus and minus zoom, 0 shows all."></canvas>
    <div id="zoom">
    <button id="in" aria-label="Zoom in">+</button>
    <button id="out" aria-label="Zoom out">&minus;</button>
    <button id="all" aria-label="Show all">&#8962;</button>
    </div>
    <div id="tip" role="status" hidden></div>
    </div>
    <aside>
    <label for="search">Find a title, artist, album or genre</label>
    <input id="search" type="search" autocomplete="off">
    <p id="count" role="status"></p>
    <ul id="found"></ul>
    <div id="legend"></div>
    </aside>
    </main>

    """
}
