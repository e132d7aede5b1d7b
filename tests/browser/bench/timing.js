// Watches a page from before its first script: when something shows, how frames follow each other, what the main thread
// does meanwhile. Everything hangs on `window.bench`.
(() => {
    const byId = (id) => document.querySelector(`[data-testid="${id}"]`);
    const isSeen = (it) => Boolean(it) && it.getAttribute("aria-busy") !== "true" && it.getBoundingClientRect().height > 0;
    const count = () => Number(byId("timeline")?.getAttribute("aria-rowcount"));
    const whole = () => Number(byId("trace-header").dataset.spans);
    const rows = () => document.querySelectorAll('[data-testid="span-row"]').length;

    const listed = () => ({ count: byId("result-count").textContent, first: byId("result-row")?.dataset.traceId });

    const boxes = () => JSON.stringify({ ...byId("flamegraph")?.dataset });
    const place = () => document.querySelector(".graph-nodes")?.style.transform;
    // A graph is on its canvas, and it is of the answer: a canvas is painted before there is one, too.
    let graph = null;
    const hasGraph = (id) => isSeen(byId(id)) && graph === byId(id) && !byId(id).closest('[aria-busy="true"]') && !byId(id).matches("[data-painting]");
    const { setTransform } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.setTransform = function (...numbers) {
        const stage = this.canvas.parentElement;
        if (Number(stage?.dataset.nodes) > 0) graph = stage;
        return setTransform.apply(this, numbers);
    };
    // What is painted in a frame is looked for when that is done, and not at its beginning.
    const ofFrames = ["services", "otherLayout", "paths"];

    const bench = (window.bench = { tasks: [], input: null, before: 0 });
    // What is waited for, by name.
    bench.shows = {
        form: () => byId("file-input") && isSeen(byId("open-demo")),
        rows: () => isSeen(byId("span-row")),
        collapsed: () => count() === 1 && rows() === 1,
        expanded: () => count() === whole() && rows() > 5,
        otherRows: () => count() !== bench.before,
        detail: () => isSeen(byId("span-detail")),
        otherCount: () => listed().count !== bench.listed.count,
        otherFirst: () => listed().first !== bench.listed.first,
        compared: () => isSeen(byId("diff-node")),
        comparedByTime: () => isSeen(document.querySelector(".diff-graph [data-change]")),
        comparedGroups: () => byId("diff-differences")?.children.length > 0,
        statistics: () => isSeen(byId("stats-table")) && isSeen(byId("stats-row")),
        spans: () => isSeen(byId("spans-table")) && isSeen(byId("spans-row")),
        events: () => isSeen(byId("events-table")) && isSeen(byId("events-row")),
        flamegraph: () => isSeen(byId("flamegraph")) && Number(byId("flamegraph").dataset.boxes) > 0,
        otherFlame: () => bench.shows.flamegraph() && boxes() !== bench.boxes,
        findings: () => isSeen(byId("findings")) && (isSeen(byId("finding")) || isSeen(byId("findings-none"))),
        services: () => hasGraph("service-graph"),
        otherLayout: () => hasGraph("service-graph") && place() !== bench.place,
        pathsOffered: () => isSeen(byId("path-offer")),
        paths: () => hasGraph("path-graph"),
        monitor: () => isSeen(byId("monitor")) && isSeen(byId("red-row")) && isSeen(byId("chart-rate")),
        graph: () => isSeen(byId("graph-node")),
        found: () => Number(byId("find-count").dataset.count) > 0,
    };

    // The browser tells of every task of the main thread that takes 50 ms or longer.
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    const note = (entries) => entries.forEach(({ startTime, duration }) => bench.tasks.push([startTime, duration]));
    observer.observe({ type: "longtask", buffered: true });
    bench.longestTask = (from, to) => {
        note(observer.takeRecords());
        const within = bench.tasks.filter(([start, duration]) => start + duration >= from && start <= to);
        return Math.max(0, ...within.map(([, duration]) => duration));
    };

    for (const type of ["click", "input"]) addEventListener(type, ({ timeStamp }) => (bench.input ??= timeStamp), true);

    // Just after the frame in which it first shows: a message that a frame's callback sends is handled when it is done.
    const painted = (name) =>
        new Promise((done) => {
            const isLate = ofFrames.includes(name);
            const look = () => {
                if (!isLate && !bench.shows[name]()) return requestAnimationFrame(look);
                const after = new MessageChannel();
                after.port1.onmessage = () =>
                    isLate && !bench.shows[name]() ? requestAnimationFrame(look) : done(performance.now());
                after.port2.postMessage(null);
            };
            requestAnimationFrame(look);
        });

    // Milliseconds since the page was asked for, and the longest task.
    bench.opened = async (name) => {
        const at = await painted(name);
        return [at, bench.longestTask(0, at)];
    };

    // The longest task since then, until now.
    bench.longestSince = () => bench.longestTask(bench.input, performance.now());

    // From the next click or input on, until it shows: milliseconds and the longest task.
    bench.act = (name) => {
        bench.input = null;
        bench.before = count();
        bench.listed = byId("result-count") && listed();
        [bench.boxes, bench.place, graph] = [boxes(), place(), null];
        bench.acted = painted(name).then((at) => [at - bench.input, bench.longestTask(bench.input, at)]);
    };

    let hasMoved = false;
    for (const type of ["wheel", "scroll", "pointermove"]) addEventListener(type, () => (hasMoved = true), true);

    // Every frame until `bench.stop`: when it began, whether a row was missing, and, if something was moved for it, how long the
    // page worked until it was over.
    bench.watch = (looksForBlanks) => {
        const list = (looksForBlanks ? byId("timeline") : document.body).getBoundingClientRect();
        const heights = [list.top + 2, (list.top + list.bottom) / 2, list.bottom - 2];
        const isRowAt = (y) => document.elementFromPoint(list.left + 200, y)?.closest('[role="row"]');
        const [at, work] = [[], []];
        let [isOn, blanks, began] = [true, 0, 0];
        const after = new MessageChannel();
        after.port1.onmessage = () => work.push(performance.now() - began);
        const frame = (now) => {
            at.push((began = now));
            if (looksForBlanks && !heights.every(isRowAt)) blanks += 1;
            if (hasMoved) after.port2.postMessage(null);
            hasMoved = false;
            if (isOn) requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
        bench.stop = () => {
            isOn = false;
            const frames = at.slice(1).map((now, index) => now - at[index]);
            return { frames, work, blanks, task: bench.longestTask(at[0], performance.now()) };
        };
    };

    // The middle of what can be clicked.
    bench.middle = (it) => {
        const { left, top, width, height } = it.getBoundingClientRect();
        return [left + width / 2, top + height / 2];
    };
})();
