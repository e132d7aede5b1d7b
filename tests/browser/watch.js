// Watches the page from inside, for the test of a big trace: long tasks, progress, and whether rows are there in every
// frame. Installed anew in every page; everything hangs on `window.watch`.
const watch = (window.watch = {
    began: null,
    loaded: null,
    tasks: [],
    progress: new Set(),
    rows: new Set(),
    spans: new Set(),
    frames: 0,
    blanks: 0,
    worstFrame: 0,
});
const byId = (name) => document.querySelector(`[data-testid="${name}"]`);

// The browser tells of every task of the main thread that takes 50 ms or longer.
new PerformanceObserver((list) => {
    for (const task of list.getEntries()) watch.tasks.push([task.startTime, task.duration]);
}).observe({ type: "longtask", buffered: true });

watch.longestTask = (from, to = Infinity) => {
    const within = watch.tasks.filter(([start, duration]) => start + duration >= from && start <= to);
    return Math.max(0, ...within.map(([, duration]) => duration));
};

// From the moment a file is chosen until the trace is in the list and nothing is being read any more.
watch.load = (traceId) => {
    byId("file-input").addEventListener("change", () => (watch.began = performance.now()), { capture: true, once: true });
    const look = () => {
        const bar = byId("load-progress");
        if (bar) watch.progress.add(Number(bar.getAttribute("aria-valuenow")));
        if (watch.began === null || bar || !document.querySelector(`[data-trace-id="${traceId}"]`)) return;
        observer.disconnect();
        watch.loaded = performance.now();
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-valuenow"] });
};

// Milliseconds from doing something until a frame in which it shows.
watch.until = (act, shows, done) => {
    const began = performance.now();
    act();
    const look = () => (shows() ? done(performance.now() - began) : requestAnimationFrame(look));
    requestAnimationFrame(look);
};

// Notes every row that comes into the document, and looks at every frame: is there a row at the top, in the middle and at
// the bottom of the list?
watch.paging = () => {
    const list = byId("timeline");
    const note = (node) => {
        if (node.dataset?.testid !== "span-row") return;
        watch.rows.add(Number(node.dataset.row));
        watch.spans.add(node.dataset.spanId);
    };
    list.querySelectorAll('[data-testid="span-row"]').forEach(note);
    new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(note))).observe(list, { subtree: true, childList: true });
    const isRowAt = (x, y) => document.elementFromPoint(x, y)?.closest('[data-testid="span-row"]');
    let last = performance.now();
    const frame = (now) => {
        const edge = list.getBoundingClientRect();
        const heights = [edge.top + 2, (edge.top + edge.bottom) / 2, edge.bottom - 2];
        if (!heights.every((y) => isRowAt(edge.left + 200, y))) watch.blanks += 1;
        watch.frames += 1;
        watch.worstFrame = Math.max(watch.worstFrame, now - last);
        last = now;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
};

// Waits until the row that the keyboard is at is another one than before, and in the document; says which.
watch.moved = (before, done) => {
    const look = () => {
        const id = document.querySelector(".span-row.current")?.id;
        if (id && id !== before && document.getElementById(id)) done(id);
        else requestAnimationFrame(look);
    };
    look();
};
