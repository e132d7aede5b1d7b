//! Every text of the page, in every language. A key is a field, so a missing translation does not compile.
//!
//! English is part of the program. Chinese is a file that `scripts/hooks/name_build.sh` makes of the catalogue below, a line a text,
//! and that is fetched when it is chosen: two languages are never shown at once.

use std::cell::Cell;

use leptos::prelude::document;

use super::navigation::{address, fetch_text};
use super::rest::rest;

/// Declares the catalogue: `key: "English", "简体中文";`, each on one line, so that the hook finds the second text.
macro_rules! catalogue {
    ($($key:ident: $english:literal, $chinese:literal;)+) => {
        /// The texts of one language. `{}` in a text is filled by [`fill`].
        #[derive(Clone)]
        pub struct Words { $(pub $key: &'static str),+ }

        static ENGLISH: Words = Words { $($key: $english),+ };

        impl Words {
            /// From the texts in the order of the catalogue; `None` if there are not as many.
            #[inline(never)]
            fn of(texts: &mut dyn Iterator<Item = &'static str>) -> Option<Words> {
                // One loop over places: reading each in its turn was 35 kB of code.
                let mut words = ENGLISH.clone();
                for place in [$(&mut words.$key),+] {
                    *place = texts.next()?;
                }
                texts.next().is_none().then_some(words)
            }
        }

        /// The file's texts are these.
        const _: &[&str] = &[$($chinese),+];
    };
}

thread_local! {
    static CHINESE: Cell<Option<&'static Words>> = const { Cell::new(None) };
}

/// Brings the texts of a language; false: they cannot be had.
pub async fn bring(language: Language) -> bool {
    if language == Language::English || CHINESE.get().is_some() {
        return true;
    }
    let meta = document().query_selector("meta[name=trackway-chinese]").ok().flatten();
    let name = meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
    let Some(text) = fetch_text(&address(&format!("/{name}"))).await else { return false };
    // They stay as long as the page.
    let text: &'static str = Box::leak(text.into_boxed_str());
    if rest().await.is_err() {
        return false;
    }
    let words = Words::of(&mut text.lines());
    CHINESE.set(words.map(|words| &*Box::leak(Box::new(words))));
    CHINESE.get().is_some()
}

catalogue! {
    nav_search: "Search", "搜索";
    nav_compare: "Compare", "对比";
    nav_services: "Services", "服务";
    main_navigation: "Main", "主导航";
    trace_id_hint: "Open trace by ID", "按 ID 打开追踪";
    trace_id_title: "An id in hexadecimal digits or base64, or a whole header from a log: traceparent, b3, uber-trace-id, x-cloud-trace-context, X-Amzn-Trace-Id", "十六进制或 base64 的 ID，或日志中的整个标头：traceparent、b3、uber-trace-id、x-cloud-trace-context、X-Amzn-Trace-Id";
    no_trace_named: "This header names no trace", "此标头未指明追踪";
    theme_to_dark: "Switch to dark theme", "切换到深色主题";
    theme_to_light: "Switch to light theme", "切换到浅色主题";
    language: "Language", "语言";
    compare_nobody: "Choose two traces to compare", "请选择两条追踪进行对比";
    compare_how: "Check two traces or more in the list, or drag a frame around points of the plot for group A and for group B.", "在列表中勾选两条或更多追踪，或在散点图中框选 A 组与 B 组。";
    compare_choose: "Trace {}", "追踪 {}";
    compare_other: "Trace ID", "追踪 ID";
    compare_other_of: "ID of another trace for {}", "{} 的其他追踪 ID";
    compare_open: "Open this trace", "打开此追踪";
    compare_swap: "Swap A and B", "交换 A 与 B";
    compare_no_group: "No loaded trace belongs to {}", "没有已加载的追踪属于 {}";
    compare_no_group_text: "A query or a file finds what is loaded here; a selection of the plot stays with who made it. Open a file, or name another group above.", "查询与文件只在此处已加载的追踪中查找；散点图的选择只属于创建者。请打开文件，或在上方指定另一组。";
    compare_missing: "Open a file that holds it: the comparison shows as soon as both are here.", "请打开包含它的文件：两者齐全后即显示对比。";
    diff_graph: "Call paths of A and B. n and p go to the next and the last difference, e to what fails next to something missing, arrow keys along the paths, f finds, + and - change the size, 0 shows the whole.", "A 与 B 的调用路径。n 与 p 跳到下一处和上一处差异，e 跳到缺失路径旁的节点，方向键沿路径移动，f 查找，+ 与 - 缩放，0 显示整个图。";
    diff_by: "By", "依据";
    diff_find: "Find in the graph", "在图中查找";
    diff_find_title: "In services, operations and the attributes of spans. Enter goes to the next, Shift+Enter back. Key f in the graph.", "在服务、操作与 span 属性中查找。Enter 跳到下一个，Shift+Enter 返回上一个。图中按 f 键。";
    diff_find_next: "Next match", "下一个匹配";
    diff_find_previous: "Previous match", "上一个匹配";
    diff_find_at: "{} of {}", "第 {} 个，共 {} 个";
    diff_find_none: "None found", "未找到";
    diff_found_in: "{} found", "匹配 {} 个";
    diff_zoom: "Size", "缩放";
    diff_zoom_in: "Larger (+)", "放大 (+)";
    diff_zoom_out: "Smaller (-)", "缩小 (-)";
    diff_zoom_full: "Full size (1)", "原始大小 (1)";
    diff_zoom_whole: "The whole graph (0)", "整个图 (0)";
    diff_minimap: "The whole graph. Drag to move what is in view.", "整个图。拖动以移动视野。";
    diff_looks: "Show as", "显示方式";
    diff_look_graph: "Graph", "图";
    diff_look_table: "Table", "表格";
    diff_look_flame: "Flame graph", "火焰图";
    diff_look_timelines: "Timelines", "时间线";
    diff_means: "Of a trace, in the mean", "每条 Trace 的平均值";
    diff_look_groups: "What differs", "差异所在";
    diff_path: "Call path", "调用路径";
    diff_sort_by: "Sort by {}", "按 {} 排序";
    diff_show_node: "Show in the graph", "在图中显示";
    diff_effect: "Effect", "效应量";
    diff_effect_title: "Of all pairs of a trace of A and one of B: the share in which B's value is larger, without the share in which A's is (rank-biserial correlation). p: the test of Mann and Whitney, corrected for the number of nodes (Benjamini and Hochberg)", "在 A 与 B 的所有配对中，B 较大的比例减去 A 较大的比例（秩双列相关）。p：Mann-Whitney 检验，按节点数校正（Benjamini-Hochberg）";
    diff_per_trace: "{} of a trace", "每条 Trace 的{}";
    diff_histogram: "Traces of A (up) and B (down) from {} to {}", "A（上）与 B（下）的 Trace，从 {} 到 {}";
    diff_attributes: "What its spans carry", "Span 携带的内容";
    diff_same_keys: "{} keys have the same values", "{} 个键的值相同";
    diff_attribute: "Attribute", "属性";
    diff_resource: "Resource", "资源";
    diff_failed: "Failed", "失败";
    diff_lift: "Lift", "提升度";
    diff_over_what: "What traces have", "Trace 具有";
    diff_over_also: "In the very same traces:", "完全相同的 Trace 中还有：";
    diff_over_search: "Search the traces that have it", "搜索具有它的 Trace";
    diff_over_lead: "Operations, failures and attributes that traces of B have more often than those of A, or less often; the most telling first (G-test, corrected). Lift: how many times as often.", "B 的 Trace 比 A 更常或更少具有的操作、失败与属性，最显著的在前（G 检验，已校正）。提升度：倍数。";
    diff_nothing_over: "Nothing is found that would tell B from A. Keys with over 1,000 values are left out: they are ids and times.", "没有发现能区分 B 与 A 的内容。值超过 1,000 个的键（ID、时间）不参与比较。";
    diff_few: "One of the groups has fewer than {} traces: by chance alone, shares may differ as much.", "其中一组少于 {} 条 Trace：仅凭偶然也可能有同样的差异。";
    diff_share: "Share", "分享";
    diff_link: "Link", "链接";
    diff_link_text: "Copies the address: it has all but the traces", "复制地址：包含除 Trace 外的一切";
    diff_markdown_text: "Copies a summary for a ticket", "复制用于工单的摘要";
    diff_csv_text: "All nodes with counts and times", "所有节点及其计数与时间";
    diff_svg_text: "The graph as it is outlined", "当前的图";
    diff_png_text: "The same as pixels", "同上，位图";
    diff_too_many: "{} nodes are too many for a picture: hide what is the same, or save the table", "{} 个节点过多，无法生成图片：请隐藏相同部分，或保存表格";
    diff_no_picture: "The browser could not draw so large a picture: save the SVG", "浏览器无法绘制这么大的图片：请保存 SVG";
    compare_plot_group: "Group {} of the plot", "散点图中的 {} 组";
    compare_group_other: "TraceQL, or IDs", "TraceQL 或 ID";
    diff_hide_same: "Hide same", "隐藏相同部分";
    diff_hide_same_title: "Fold paths that do not differ: by times, those that differ by less than a tenth of the largest difference", "折叠没有差异的路径；按时间比较时，折叠差异小于最大差异十分之一的路径";
    diff_tolerant: "Tolerant", "宽松匹配";
    diff_tolerant_title: "A leaf and an inner node of the same name are one, and numbers and IDs in names do not count", "同名的叶节点与内部节点视为同一节点，忽略名称中的数字与 ID";
    diff_next: "Next", "下一处";
    diff_previous: "Previous", "上一处";
    diff_none: "A and B have the same paths, equally often", "A 与 B 的路径及次数相同";
    diff_same: "Same", "相同";
    diff_added: "Only in B", "仅在 B";
    diff_removed: "Only in A", "仅在 A";
    diff_more: "More in B", "B 中更多";
    diff_less: "Fewer in B", "B 中更少";
    diff_slower: "Slower in B", "B 中更慢";
    diff_faster: "Faster in B", "B 中更快";
    diff_examples: "Spans to look at", "可查看的 Span";
    diff_stub: "{} the same", "{} 个相同";
    diff_gap_a: "Paths below are missing in A: its events may tell why", "A 缺少下级路径：其事件可能说明原因";
    diff_gap_b: "Paths below are missing in B: its events may tell why", "B 缺少下级路径：其事件可能说明原因";
    diff_gap_both: "Paths below are missing in A, others in B: events may tell why", "A 与 B 各缺少部分下级路径：事件可能说明原因";
    diff_no_gap: "No paths are missing below any node in view", "视野内没有节点缺少下级路径";
    diff_error: "Error", "错误";
    diff_change: "Difference", "差异";
    diff_align: "Bars begin at", "条形起点";
    diff_align_start: "Start of the trace", "追踪开始";
    diff_align_parent: "Start of the parent", "父级开始";
    diff_align_title: "From the start of the parent, bars show how long a span waited", "从父级开始时，条形显示 Span 等待了多久";
    diff_rows_name: "Timelines of A and B. Up and down go from row to row, n and p to the next and the last difference, Enter opens the span of A, Shift+Enter that of B.", "A 与 B 的时间线。上下键移动，n 与 p 跳到下一处和上一处差异，Enter 打开 A 的 Span，Shift+Enter 打开 B 的 Span。";
    diff_no_row: "No row differs", "没有存在差异的行";
    diff_nth: "{} of {}", "第 {} 条，共 {} 条";
    diff_trace_previous: "Previous trace of {}", "{} 的上一条追踪";
    diff_trace_next: "Next trace of {}", "{} 的下一条追踪";
    diff_open_a: "Open the span in A", "在 A 中打开该 Span";
    diff_open_b: "Open the span in B", "在 B 中打开该 Span";
    diff_wait: "{} from the start of its parent", "距父级开始 {}";
    diff_traces: "Traces", "追踪";
    diff_spans: "Spans", "Span";
    diff_errors: "Errors", "错误";
    diff_total: "Total", "总计";
    diff_mean: "Mean", "平均";
    diff_self: "Self time", "自身时间";
    diff_critical: "Critical path", "关键路径";
    diff_flame: "Flame graph of call paths. Arrow keys to the parent, to the first child and along a level, Enter zooms, Escape shows the whole.", "调用路径火焰图。方向键移到父节点、第一个子节点或同层节点，Enter 放大，Escape 显示全部。";
    diff_flame_by: "Width by", "宽度依据";
    diff_flame_weight: "Weight", "权重";
    diff_flame_time: "Time", "时间";
    diff_flame_whole: "Whole", "全部";
    diff_flame_below: "With what is below", "含下级";
    diff_flame_run: "{} paths, too narrow to be told apart", "{} 条路径，过窄而无法分辨";
    diff_flame_per_trace: "per trace", "每条追踪";
    diff_flame_full: "Full colour: twice or half as much, or beyond", "最深色：两倍、一半或差异更大";
    diff_flame_empty: "No path takes any time here", "此处没有路径耗时";
    diff_flame_sum: "Self times in all: A {}, B {}", "自身时间合计：A {}，B {}";
    diff_flame_spans: "Spans in all: A {}, B {}", "Span 合计：A {}，B {}";
    diff_flame_levels: "level|levels", "层";
    go_to: "Go to {}", "前往{}";
    time_in: "Zoom in", "放大";
    time_out: "Zoom out", "缩小";
    time_left: "Move the window of time to the left", "向左移动时间窗口";
    time_right: "Move the window of time to the right", "向右移动时间窗口";
    time_whole: "Show all of the trace’s time", "显示整个时间范围";
    span_referred: "Other spans link to it", "被其他 span 链接";
    links_of_span: "Links of the focused span", "当前 span 的链接";
    links_none: "The focused span has no links. Choose one with a link mark first.", "当前 span 没有链接。请先选择带链接标记的 span。";
    json_title: "Show this trace as JSON in a new tab", "在新标签页中以 JSON 显示此追踪";
    json_no_tab: "The browser opened no tab for it.", "浏览器未打开新标签页。";
    workspace: "Workspace", "工作区";
    workspace_ask: "Keep what you load in this browser, so that it survives a reload?", "是否将加载的内容保留在此浏览器中，以便重新加载页面后仍在？";
    workspace_keep: "Keep", "保留";
    workspace_decline: "Don’t keep", "不保留";
    workspace_note: "Files, pasted texts, answers of searched query APIs, added sources and chosen traces can be kept in this browser.", "文件、粘贴的文本、查询 API 的搜索结果、已添加的数据源和所选追踪可保留在此浏览器中。";
    workspace_kept: "Kept: {}", "已保留：{}";
    workspace_not_kept: "What you load is gone after a reload.", "加载的内容在重新加载页面后会消失。";
    workspace_left: "The browser has room for {} more.", "浏览器还可存放 {}。";
    workspace_writing: "Still to be written: {}", "等待写入：{}";
    workspace_forget: "Forget all", "全部清除";
    workspace_sure: "Remove what is kept ({})? Press again", "移除已保留的内容（{}）？请再按一次";
    workspace_sure_all: "Forget {}, chosen traces, all settings, and what is loaded? Press again", "清除{}、所选追踪、全部设置和已加载的内容？请再按一次";
    workspace_forgotten: "Forgotten: {}", "已清除：{}";
    workspace_not_cleared: "Not all could be cleared: {}", "未能全部清除：{}";
    workspace_other_tab: "Another tab keeps the workspace: what you load or remove here is not kept until you close that tab.", "工作区由另一个标签页管理：在该标签页关闭之前，此处加载或移除的内容不会保留。";
    workspace_full: "“{}” ({}) is loaded but not kept: the browser has room for {} only. Remove other files, or forget all.", "“{}”（{}）已加载但未保留：浏览器仅剩 {} 空间。请移除其他文件，或全部清除。";
    workspace_failed: "“{}” ({}) is loaded but not kept: {}", "“{}”（{}）已加载但未保留：{}";
    workspace_denied: "This browser lets nothing be kept here (a private window?). All else works. {}", "此浏览器不允许在此保留内容（隐私窗口？）。其他功能不受影响。{}";
    workspace_damaged: "The table of what is kept is damaged: nothing is read or written. “Forget all” begins anew.", "保留内容的目录已损坏：无法读取或保留。“全部清除”可重新开始。";
    kept_source_one: "{} source", "{} 个数据源";
    kept_source_many: "{} sources", "{} 个数据源";
    no_page_title: "There is no such page", "没有这个页面";
    back_to_search: "Back to search", "返回搜索";

    drop_title: "Drop trace files here", "将追踪文件拖放到此处";
    drop_text: "Jaeger, OTLP, Zipkin, Tempo or an SDK’s output, packed or not; files or whole folders. They stay in this browser: nothing is uploaded.", "支持 Jaeger、OTLP、Zipkin、Tempo 及 SDK 输出，可压缩，文件或整个文件夹均可。数据只留在此浏览器中，不会上传。";
    drop_now: "Drop to open", "松开即可打开";
    choose_files: "Choose files…", "选择文件…";
    open_demo: "Open the demo", "打开演示";
    paste: "Paste text", "粘贴文本";
    paste_hint: "Paste trace JSON here (Ctrl+V)", "在此粘贴追踪 JSON（Ctrl+V）";
    paste_name: "pasted text", "粘贴的文本";
    demo_name: "Demo: HotROD", "演示：HotROD";
    what_it_does_title: "Read the trail that a request left behind", "追寻请求留下的足迹";

    loading: "Loading {}", "正在加载 {}";
    loading_kept: "Loading {} from the workspace", "正在从工作区加载 {}";
    queued: "Waiting: {}", "等待中：{}";
    of_bytes: "{} of {}", "{} / {}";
    per_second: "{}/s", "{}/秒";
    cancel: "Cancel", "取消";
    dismiss: "Dismiss", "关闭";
    remove: "Remove", "移除";
    remove_title: "Remove “{}” and all that it brought", "移除“{}”及其全部内容";
    removed: "“{}” was removed", "已移除“{}”";
    details: "Details", "详细信息";
    copy: "Copy", "复制";
    copied: "Copied", "已复制";
    rest_missing: "A part of Trackway could not be fetched. Is its server in reach? Try again", "Trackway 的一部分无法获取。服务器可以访问吗？请重试";
    not_copied: "Could not copy: the browser did not allow it", "无法复制：浏览器不允许";
    report_same: "Already loaded as “{}”: nothing was added.", "内容与“{}”相同，已加载：未添加任何内容。";
    report_cut: "Incomplete: reading stopped early", "不完整：读取提前结束";
    report_example: "first: {}", "首例：{}";
    report_lines: "lines {}", "第 {} 行";
    report_place: "line {}, column {} (byte {})", "第 {} 行，第 {} 列（字节 {}）";
    kept_before_fault: "What came before is loaded: {}.", "此前的内容已加载：{}。";

    named_one: "It names {} trace", "其中提到 {} 条追踪";
    named_many: "It names {} traces", "其中提到 {} 条追踪";
    fault_title: "Could not read “{}”", "无法读取“{}”";
    fault_title_partly: "“{}” was read in part", "“{}”只读取了一部分";
    fault_title_api: "Could not get trace {}", "无法获取追踪 {}";
    fault_empty: "The file is empty.", "文件为空。";
    fault_unknown: "No known trace format. It starts with: {}", "不是已知的追踪格式。开头为：{}";
    fault_unknown_way_out: "Trackway reads Jaeger JSON (API, UI download, Elasticsearch), OTLP JSON (one object or lines), Zipkin JSON v1 and v2, Tempo JSON, what OpenTelemetry's Go and Python SDKs print, and service dependencies of Jaeger and Zipkin; plain or packed by gzip, zip, tar or zstd.", "Trackway 可读取：Jaeger JSON（API、UI 下载、Elasticsearch）、OTLP JSON（单个对象或逐行）、Zipkin JSON v1 与 v2、Tempo JSON，OpenTelemetry Go、Python SDK 的打印输出，以及 Jaeger 和 Zipkin 的服务依赖；支持 gzip、zip、tar、zstd 压缩。";
    fault_no_spans_in_format: "It is a {} and holds no spans.", "这是 {}：其中没有 span。";
    fault_html: "This is a web page (“{}”), not a trace.", "这是网页（“{}”），不是追踪数据。";
    unpack_damaged: "The {} data is damaged.", "{} 数据已损坏。";
    unpack_cut: "The {} data is cut off: the download or copy is not complete.", "{} 数据被截断：下载或复制不完整。";
    unpack_encrypted: "The archive is encrypted. Unpack it and drop what is inside.", "压缩包已加密。请解压后拖入其中的文件。";
    unpack_method: "It is packed by a method that is not read (number {}). Unpack it and drop what is inside.", "使用了不支持的压缩方法（编号 {}）。请解压后拖入其中的文件。";
    unpack_dictionary: "It is packed with a dictionary (number {}) that is not in the file. Unpack it and drop what is inside.", "压缩时使用了文件中没有的字典（编号 {}）。请解压后拖入其中的文件。";
    unpack_window: "Unpacking it takes a window of {}, more than the limit. Unpack it and drop what is inside.", "解压需要 {} 的窗口，超过上限。请解压后拖入其中的文件。";
    unpack_dense: "{} became {} when unpacked: more than any trace does. Unpacking ended there.", "{} 解压后成为 {}：超出任何追踪数据的压缩率。解压已停止。";
    unpack_large: "Unpacked it is larger than {}, the limit. Unpacking ended there.", "解压后超过上限 {}。解压已停止。";
    unpack_files: "It holds more than {} files, the limit. The rest was not opened.", "其中文件超过上限 {} 个。其余未打开。";
    unpack_deep: "Archives lie in archives, more than {} deep. Unpack it and drop what is inside.", "压缩包嵌套超过 {} 层。请解压后拖入其中的文件。";
    fault_cut: "The JSON ends too early: the file is cut off.", "JSON 提前结束：文件被截断。";
    fault_syntax: "Not valid JSON.", "不是有效的 JSON。";
    fault_shape: "Not what the format has at this place.", "此处内容不符合格式。";
    fault_expected: "Expected {}.", "此处应为 {}。";
    fault_found: "Found: {}", "实际为：{}";
    fault_too_long: "One element is longer than {}, the limit.", "单个元素超过上限 {}。";
    fault_backend: "The query service says: {} ({})", "查询服务返回：{}（{}）";
    fault_no_source: "The address names a data source that was not added here.", "地址中的数据源尚未在此添加。";
    fault_no_source_way_out: "Add it on the Search page, or take “source” out of the address to ask all sources.", "请在搜索页添加该数据源，或从地址中去掉 “source” 以询问所有数据源。";
    fault_not_found: "The query service has no trace with this ID. It may have been dropped already, or have another ID.", "查询服务中没有此 ID 的追踪。它可能已被清除，或 ID 不同。";
    fault_unreadable: "The file could not be read: it changed, moved, or may not be read. Choose it again.", "无法读取文件：文件已更改、移动或没有权限。请重新选择。";
    fault_connection: "The connection broke while the answer came. Try again.", "接收响应时连接中断。请重试。";
    fault_cancelled: "Cancelled.", "已取消。";
    fault_memory: "Memory is used up ({}). What was loaded before stays usable.", "内存不足（已用 {}）。先前加载的内容仍可使用。";
    fault_http: "The query service answered with HTTP status {}.", "查询服务返回 HTTP 状态 {}。";
    fault_unreachable: "No query service answers at this address.", "此地址没有可用的查询服务。";
    fault_unreachable_way_out: "Start one (Jaeger listens on port 16686) and serve Trackway with --backend URL, or open a file.", "请启动查询服务（Jaeger 默认端口 16686）并以 --backend URL 启动 Trackway，或打开文件。";
    fault_answer_is_page: "The address of the query API answers with a web page: no query service is behind this host.", "查询 API 地址返回的是网页：此主机后没有查询服务。";
    try_again: "Try again", "重试";
    worker_title: "Trackway's worker stopped", "Trackway 的工作线程已停止";
    worker_text: "This page may be of another version than the server, or met a bug. Reload; files must be opened again.", "页面可能与服务器版本不同，或遇到了错误。请重新加载；文件需要重新打开。";
    reload: "Reload", "重新加载";

    note_orphan: "span has no parent in what is loaded: shown as a further root|spans have no parent in what is loaded: shown as further roots", "个 span 的父级不在已加载内容中：显示为额外的根";
    note_cycle: "circle of parents was cut at its earliest span|circles of parents were cut at their earliest span", "处父级循环已在最早的 span 处断开";
    note_own_parent: "span names itself as its parent: shown as a root|spans name themselves as their parent: shown as roots", "个 span 以自身为父级：显示为根";
    note_duplicate_id: "span repeats the ID of another: shown as id_1|spans repeat the ID of another: shown as id_1, id_2, …", "个 span 的 ID 重复：显示为 id_1、id_2……";
    note_shared_id: "server span shares the ID of its client span: shown below it|server spans share the ID of their client span: shown below it", "个服务端 span 与客户端 span 共用 ID：显示在其下方";
    note_copy: "identical copy of a span was left out|identical copies of spans were left out", "个完全相同的 span 副本已略去";
    note_unknown_process: "span names a process that is not listed: its service is unknown|spans name a process that is not listed: their service is unknown", "个 span 的进程未列出：服务未知";
    note_negative_duration: "span ends before it starts: shown with duration 0|spans end before they start: shown with duration 0", "个 span 结束早于开始：时长显示为 0";
    note_missing_time: "time is missing or unusable|times are missing or unusable", "个时间缺失或不可用";
    note_implausible_time: "time lies outside the years 1990 to 2099|times lie outside the years 1990 to 2099", "个时间不在 1990 至 2099 年之间";
    note_rounded_time: "time was rounded to nanoseconds|times were rounded to nanoseconds", "个时间已舍入到纳秒";
    note_number_text: "number was written as text|numbers were written as text", "个数字以文本书写";
    note_wrong_type: "field of a wrong type was left out|fields of a wrong type were left out", "个类型错误的字段已略去";
    note_skipped: "entry that is no object was left out|entries that are no objects were left out", "个非对象条目已略去";
    note_missing_key: "attribute has no key|attributes have no key", "个属性没有键";
    note_duplicate_attribute: "attribute stands twice with the same value|attributes stand twice with the same value", "个属性以相同的值重复出现";
    note_id_length: "ID differs only in leading zeros: taken as the same|IDs differ only in leading zeros: taken as the same", "个 ID 仅前导零不同：视为相同";
    note_text_id: "ID is not hexadecimal: taken as text|IDs are not hexadecimal: taken as text", "个 ID 不是十六进制：按文本处理";
    note_missing_id: "span has no ID: got one of its own|spans have no ID: got one of their own", "个 span 没有 ID：已另行分配";
    note_utf8: "place is not UTF-8: shown as �|places are not UTF-8: shown as �", "处不是 UTF-8：显示为 �";
    note_surrogate: "broken Unicode escape: shown as �|broken Unicode escapes: shown as �", "处 Unicode 转义不完整：显示为 �";
    note_empty_trace: "trace has no spans: not listed|traces have no spans: not listed", "个追踪没有 span：未列出";
    note_other_trace: "span belongs to another trace than it stands in: sorted into its own|spans belong to another trace than they stand in: sorted into their own", "个 span 属于其他追踪：已归入其所属追踪";
    note_documents: "JSON documents one after another: all were read", "个 JSON 文档首尾相接：已全部读取";
    note_no_traces: "No traces in this file", "此文件中没有追踪";
    note_backend_warning: "warning by the backend|warnings by the backend", "条后端警告";
    note_other_line: "line is no JSON, such as other output of a program: passed over|lines are no JSON, such as other output of a program: passed over", "行不是 JSON（例如程序的其他输出）：已跳过";
    note_log_prefix: "document stands behind the beginning of a log line: read|documents stand behind the beginning of a log line: read", "个文档位于日志行前缀之后：已读取";
    note_other_document: "JSON document holds no spans of a known format: passed over|JSON documents hold no spans of a known format: passed over", "个 JSON 文档不含已知格式的 span：已跳过";
    note_broken_document: "document or line is broken: what came before the fault in it is kept|documents or lines are broken: what came before the fault in them is kept", "个文档或行已损坏：保留错误之前的内容";
    note_split_record: "record that holds both halves of a call: shown as two spans|records that hold both halves of a call: shown as two spans", "条记录同时包含调用的两端：显示为两个 span";
    note_missing_children: "child that a span counted is not here: not ended, not sampled, or in another file|children that spans counted are not here: not ended, not sampled, or in another file", "个 span 记录的子级不在此处：未结束、未采样或在其他文件中";
    note_open_span: "span has no end: it was still open when it was written|spans have no end: they were still open when they were written", "个 span 没有结束时间：写入时仍未结束";
    note_odd_value: "value is of another type than its field says: kept as it is|values are of another type than their field says: kept as they are", "个值的类型与字段不符：按原样保留";
    note_unknown_field: "field that the format does not have was left out|fields that the format does not have were left out", "个格式中没有的字段已略去";
    note_unknown_enum: "kind or status code is unknown: kept as an attribute|kinds or status codes are unknown: kept as attributes", "个类型或状态码未知：保留为属性";
    note_other_signal: "list of metrics or logs stands among the traces|lists of metrics or logs stand among the traces", "处指标或日志与追踪混在一起";
    note_log_event: "log record belongs to a span: shown as its event|log records belong to spans: shown as their events", "条日志属于 span：显示为其事件";
    note_loose_log: "log record belongs to no span here: left out|log records belong to no span here: left out", "条日志不属于此处任何 span：已略去";
    note_partial_trace: "The backend says that the trace is not complete", "后端提示追踪不完整";
    note_short_id: "64-bit trace ID is the lower half of a 128-bit one: taken for the same trace|64-bit trace IDs are the lower half of a 128-bit one: taken for the same trace", "个 64 位追踪 ID 是某个 128 位 ID 的低位：视为同一追踪";
    note_superseded: "span was written before it ended, and again when it had: the earlier version was left out|spans were written before they ended, and again when they had: the earlier version was left out", "个 span 在结束前后各写入一次：已略去较早的版本";
    note_missing_service: "service dependency does not name both services: left out|service dependencies do not name both services: left out", "条服务依赖未写明两端的服务：已略去";
    note_negative_count: "service dependency has a count below 0: left out|service dependencies have a count below 0: left out", "条服务依赖的次数为负：已略去";
    note_unknown_count: "service dependency does not say how many calls there were|service dependencies do not say how many calls there were", "条服务依赖未写明调用次数";
    note_backend_error: "error that the backend sent along|errors that the backend sent along", "条后端附带的错误";

    results_title: "Traces", "追踪";
    trace_one: "{} trace", "{} 条追踪";
    trace_many: "{} traces", "{} 条追踪";
    span_one: "{} span", "{} 个 span";
    span_many: "{} spans", "{} 个 span";
    service_one: "{} service", "{} 个服务";
    service_many: "{} services", "{} 个服务";
    dependency_one: "{} service dependency", "{} 条服务依赖";
    dependency_many: "{} service dependencies", "{} 条服务依赖";
    most_calls: "Most calls between services", "服务间调用最多的";
    call_one: "{} call", "{} 次调用";
    call_many: "{} calls", "{} 次调用";
    calls_unknown: "number of calls unknown", "调用次数未知";
    error_one: "{} error", "{} 个错误";
    error_many: "{} errors", "{} 个错误";
    file_one: "{} file", "{} 个文件";
    file_many: "{} files", "{} 个文件";
    orphan_short: "incomplete", "不完整";
    orphan_title: "{} spans have no parent in what is loaded", "{} 个 span 的父级不在已加载内容中";
    sort: "Sort", "排序";
    search_title: "Search traces", "搜索追踪";
    search_first: "Search a query API…", "搜索查询 API…";
    search_source: "Source", "数据源";
    loaded_traces: "Loaded traces", "已加载的追踪";
    add_source: "Add a query API…", "添加查询 API…";
    search_service: "Service", "服务";
    search_operation: "Operation", "操作";
    search_tags: "Attributes", "属性";
    search_query: "TraceQL", "TraceQL";
    search_lookback: "Lookback", "回溯时间";
    any_time: "Any time", "任意时间";
    custom_range: "Custom time range", "自定义时间范围";
    last_time: "Last {}", "最近 {}";
    search_from: "From", "从";
    search_to: "To", "到";
    search_span_duration: "Duration of a span", "跨度时长";
    search_span_duration_title: "At least, at most: of the one span that all else is asked of", "至少、至多：针对满足其他条件的同一个跨度";
    search_trace_duration: "Duration of the trace", "追踪时长";
    search_trace_duration_title: "At least, at most: from the first start to the last end", "至少、至多：从最早开始到最晚结束";
    at_least: "At least", "至少";
    at_most: "At most", "至多";
    suggestions: "Suggestions", "建议";
    search_limit: "Limit", "数量上限";
    find_traces: "Find traces", "查找追踪";
    search_reset: "Reset", "重置";
    search_fault: "{}, column {}: “{}” cannot be understood.", "{}，第 {} 列：无法理解“{}”。";
    search_fault_end: "{}, column {}: something is missing.", "{}，第 {} 列：缺少内容。";
    search_expected: "Here may stand: {}", "此处可以是：{}";
    expected_flatter: "It is nested too deeply.", "嵌套过深。";
    expected_shorter: "It is too long.", "文本过长。";
    looking_for_sources: "Looking for query APIs…", "正在寻找查询 API…";
    no_such_source: "The link names the source “{}”, which was not added here. A link never adds one: add it by its address, or choose another source.", "链接指明的数据源“{}”尚未在此添加。链接不会自动添加数据源：请按地址添加，或选择其他数据源。";
    searching: "Searching {}…", "正在搜索 {}…";
    nothing_found: "No trace matches. Take a condition away, or choose a longer time.", "没有匹配的追踪。请减少条件，或选择更长的时间。";
    nothing_loaded: "Nothing is loaded. Drop files, open the demo, or choose a query API as source.", "尚未加载任何内容。请拖入文件、打开演示，或选择查询 API 作为数据源。";
    of_loaded: "{} of {} loaded", "{}，已加载 {}";
    matched_one: "{} span found", "找到 {} 个跨度";
    matched_many: "{} spans found", "找到 {} 个跨度";
    select_trace: "Select for comparison", "选择以对比";
    brush_group: "Group {}", "{} 组";
    group_forget: "Forget group {}", "清除 {} 组";
    compare_groups: "Compare A with B", "对比 A 与 B";
    compare_selected: "Compare {}", "对比 {} 条";
    save_selected: "Save {} as…", "保存 {} 条为…";
    archive: "Archive {}", "归档 {} 条";
    archive_title: "Put them into the archive of {}", "存入 {} 的归档";
    archived: "{} archived at {}", "{} 已归档到 {}";
    results_list: "List", "列表";
    result_columns: "Columns", "列";
    deselect_all: "Deselect all", "取消全选";
    facets: "Narrow", "筛选";
    facet_status: "Errors", "错误";
    facet_with_errors: "With errors", "有错误";
    facet_without_errors: "Without errors", "无错误";
    more_values: "{} more", "另外 {} 项";
    log_scale: "Log", "对数";
    hue_errors: "Errors", "错误";
    brush_select: "Select {}", "选择 {} 条";
    brush_zoom: "Zoom in", "放大";
    zoom_whole: "Whole", "全部";
    source_title: "Query APIs", "查询 API";
    source_name: "Name", "名称";
    source_address: "Address", "地址";
    source_headers: "Headers, one a line", "请求头，每行一个";
    source_keep_headers: "Keep the headers with the workspace, too", "标头也随工作区保留";
    source_headers_title: "Such as Authorization or X-Scope-OrgID. They stay in this tab’s memory unless they are kept.", "例如 Authorization 或 X-Scope-OrgID。除非选择保留，否则只在此标签页的内存中。";
    source_note: "Jaeger, Zipkin or Tempo. Headers stay in this tab’s memory unless they are kept.", "Jaeger、Zipkin 或 Tempo。除非选择保留，否则请求头只在此标签页的内存中。";
    source_add: "Add", "添加";
    source_remove: "Remove", "移除";
    source_failed: "{} cannot be searched", "无法搜索 {}";
    mend_proxy: "Host of this page (nginx), so that both are one origin", "本页面的主机（nginx），使两者同源";
    mend_backend: "Or {}", "或 {}";
    mend_policy: "And in this page’s Content-Security-Policy", "并在本页面的 Content-Security-Policy 中";
    trouble_origin: "The browser may not read its answer: nobody is there, or it does not allow this page (CORS). One of these lines mends it.", "浏览器无法读取其响应：没有服务，或其不允许此页面（CORS）。以下任一设置可以解决。";
    trouble_policy: "This page’s own policy forbids asking there. One of these lines mends it.", "本页面的策略禁止访问该地址。以下任一设置可以解决。";
    trouble_unreachable: "Nobody answers there. Is it running, and is the address right?", "没有响应。服务是否在运行，地址是否正确？";
    trouble_timed_out: "Nothing came for {} seconds. A shorter time or a lower limit may help.", "{} 秒内没有收到数据。可缩短时间范围或降低数量上限。";
    trouble_html: "A web page came instead of data (“{}”): a login, a proxy, or no query API.", "收到的是网页而非数据（“{}”）：可能是登录页、代理，或并非查询 API。";
    trouble_cut: "The answer ends too early.", "响应提前中断。";
    trouble_shape: "The answer is not what this API should say.", "响应与此 API 不符。";
    trouble_long: "The answer is longer than {} bytes. Ask for less.", "响应超过 {} 字节。请缩小范围。";
    trouble_redirect: "The address leads elsewhere: add the place where it leads, or log in there first.", "地址被重定向：请添加其指向的地址，或先在那里登录。";
    trouble_credentials: "It wants to know who asks: add a header, such as Authorization.", "需要身份验证：请添加请求头，例如 Authorization。";
    trouble_no_api: "No Jaeger, Zipkin or Tempo answers at this address.", "此地址没有 Jaeger、Zipkin 或 Tempo 响应。";
    trouble_not_offered: "This source cannot be asked for that.", "此数据源不支持该查询。";
    trouble_no_source: "This source is not there any more.", "此数据源已不存在。";
    trouble_address: "This address or header cannot be used: it should look like https://jaeger.example.org/.", "此地址或请求头不可用：应类似 https://jaeger.example.org/。";
    partial_limit: "As many as were asked for ({}): there may be more.", "已达到所请求的数量（{}）：可能还有更多。";
    partial_backend: "The source says that it did not find all.", "数据源表示结果不完整。";
    partial_errors: "The source says: {}", "数据源提示：{}";
    partial_searched: "The source searched {} of {} parts.", "数据源搜索了 {} / {} 个部分。";
    partial_missing: "{} of the traces found could not be had.", "找到的追踪中有 {} 条无法获取。";
    sort_recent: "Most recent", "最近";
    sort_oldest: "Oldest", "最早";
    sort_longest: "Longest", "最长";
    sort_shortest: "Shortest", "最短";
    sort_most_spans: "Most spans", "span 最多";
    sort_fewest_spans: "Fewest spans", "span 最少";
    sort_most_errors: "Most errors", "错误最多";
    sort_fewest_errors: "Fewest errors", "错误最少";
    sort_name: "Name A–Z", "名称 A–Z";
    sort_name_down: "Name Z–A", "名称 Z–A";
    column_trace: "Trace", "追踪";
    column_services: "Services", "服务";
    column_spans: "Spans", "Span";
    column_errors: "Errors", "错误";
    column_duration: "Duration", "时长";
    column_start: "Start", "开始";
    more_services: "+{}", "+{}";
    scatter_name: "Traces by start and duration. Arrow keys move between traces, Enter opens one.", "按开始时间和时长排列的追踪。方向键移动，回车打开。";
    unnamed: "(no name)", "（无名称）";

    fact_start: "Start", "开始";
    fact_duration: "Duration", "时长";
    fact_services: "Services", "服务";
    fact_depth: "Depth", "深度";
    fact_spans: "Spans", "Span";
    fact_errors: "Errors", "错误";
    copy_trace_id: "Copy trace ID {}", "复制追踪 ID {}";
    copy_span_id: "Copy span ID", "复制 span ID";
    copy_link: "Copy link to this span", "复制此 span 的链接";
    minimap_name: "Whole trace. Drag to choose a range of time; double-click to reset.", "整条追踪。拖动以选择时间范围，双击还原。";
    pan_window: "Drag to move the range", "拖动以平移范围";
    window_start: "Start of the range", "范围起点";
    window_end: "End of the range", "范围终点";
    time_of: "{} of {}", "{} / {}";
    ruler_name: "Drag to choose a range of time; double-click for the whole trace. Ctrl+wheel zooms, Shift+wheel pans.", "拖动以选择时间范围，双击显示整条追踪。Ctrl+滚轮缩放，Shift+滚轮平移。";
    clock_times: "Times of the clock on the ruler", "标尺显示时钟时间";
    time_zone: "Time zone", "时区";
    local_zone: "Local time", "本地时间";
    measure: "Measure ( m ): drag over the rows, or hold Alt", "测量（m）：在各行上拖动，或按住 Alt";
    reset_window: "Whole trace", "整条追踪";
    name_column: "Service and operation", "服务与操作";
    expand_all: "Expand all", "全部展开";
    collapse_all: "Collapse all", "全部折叠";
    find_focus: "Find in this trace", "在此追踪中查找";
    find_hint: "Find…", "查找…";
    find_title: "Words, \"a phrase\", key=value, -key, duration>10ms, http.status_code>=500", "词、\"短语\"、key=value、-key、duration>10ms、http.status_code>=500";
    find_mode: "How words belong together", "各词之间的关系";
    find_any: "any word", "任一词";
    find_all: "all words", "所有词";
    find_regex: "regex", "正则";
    find_hide: "Hide spans that do not match", "隐藏不匹配的 span";
    find_next: "Next match or row", "下一个匹配或行";
    find_previous: "Previous match or row", "上一个匹配或行";
    find_open: "Open all matches", "打开所有匹配";
    no_row_found: "Nothing is found, and rows that do not match are hidden.", "没有匹配项，且不匹配的行已隐藏。";
    no_row_in_window: "No span is in the visible time.", "可见时间内没有 span。";
    show_all_rows: "Keep rows outside of it", "保留时间范围外的行";
    find_clear: "Clear find", "清除查找";
    find_fault: "Character {}: expected {}", "第 {} 个字符：应为 {}";
    expected_regex: "a regular expression", "正则表达式";
    expected_order: "==, !=, <, <=, > or >=", "==、!=、<、<=、> 或 >=";
    expected_number: "a number", "数字";
    expected_duration: "a duration such as 10ms", "时长，例如 10ms";
    expand_level: "Expand one level", "展开一级";
    collapse_level: "Collapse one level", "折叠一级";
    only_errors: "Open only errors", "仅展开错误";
    only_critical_path: "Open only the critical path", "仅展开关键路径";
    fold_by: "Fold by rule", "按规则折叠";
    fold_shorter: "Collapse spans shorter than", "折叠短于此时长的 span";
    fold_shorter_fault: "Not a duration. Examples: 10ms, 250µs, 1.5s", "不是有效时长。例如：10ms、250µs、1.5s";
    fold_apply: "Collapse", "折叠";
    fold_kind: "Collapse spans of kind", "折叠此类型的 span";
    fold_service: "Collapse spans of service", "折叠此服务的 span";
    page_down: "Page down", "向下翻页";
    page_up: "Page up", "向上翻页";
    critical_path: "Critical path", "关键路径";
    toggle_critical_path: "Critical path on the bars", "在条上显示关键路径";
    toggle_siblings: "Join repeating siblings", "合并重复的同级 span";
    toggle_only_window: "Only rows in the visible time", "仅显示可见时间内的行";
    toggle_skew: "Correct clock skew", "校正时钟偏差";
    toggle_bars: "Hide the bars", "隐藏时间条";
    skew_none: "No span would move", "不会移动任何 span";
    skew_largest: "Moves spans by up to {}", "最多移动 {}";
    measure_start: "Measure from or to the start of the row’s span", "测量：以此行 span 的开始为起点或终点";
    measure_end: "Measure from or to the end of the row’s span", "测量：以此行 span 的结束为起点或终点";
    measure_from: "From {}; t (start) or T (end) on another row", "起点 {}；在另一行按 t（开始）或 T（结束）";
    measure_no_row: "Choose a row first: ↑ ↓", "请先选择一行：↑ ↓";
    measured: "{}: {} – {}", "{}：{} – {}";
    toggle_side_panel: "Details in a panel beside the list", "详情显示在列表旁的面板中";
    side_panel: "Span detail", "span 详情";
    resize_panel: "Size of the panel with the detail", "详情面板大小";
    toggle_slim: "Slim header", "精简标题";
    toggle_letter_keys: "Letter keys on or off", "启用或停用字母快捷键";
    letter_keys_on: "Letter keys are on", "字母快捷键已启用";
    letter_keys_off: "Letter keys are off", "字母快捷键已停用";
    look_menu: "View", "视图";
    look_at_whole: "Show the whole trace", "显示整个追踪";
    look_at_focused: "Show only the focused span and what is below it", "仅显示当前 span 及其下级";
    look_at_this: "Show only this and below", "仅显示此 span 及其下级";
    look_at_part: "A part of the trace: {}", "追踪的一部分：{}";
    row_one: "{} row", "{} 行";
    row_many: "{} rows", "{} 行";
    colour_by: "Colour by", "着色依据";
    colour_to: "Colour by {}", "着色依据：{}";
    colour_service: "service", "服务";
    colour_status: "status", "状态";
    colour_kind: "kind", "类型";
    colour_self: "share of own time", "自身耗时占比";
    colour_percentile: "percentile in the operation", "操作内百分位";
    palette: "Palette", "调色板";
    palette_usual: "Twenty colours", "二十色";
    palette_safe: "Safe for colour-blind eyes", "色盲友好";
    palette_title: "Run a command", "运行命令";
    help_title: "Keys", "快捷键";
    help_rows: "On a row", "在行上";
    help_page: "On the page", "在页面上";
    help_time: "Time", "时间";
    key_rows: "Previous and next row", "上一行、下一行";
    key_fold: "Collapse or go to the parent; expand or go to the first child", "折叠或转到父级；展开或转到第一个子级";
    key_ends: "First and last row, a page up and down", "首行、末行、上下翻页";
    key_detail: "Open or close the detail", "打开或关闭详情";
    key_events: "Next and previous event of the span", "span 的下一个、上一个事件";
    key_leave: "From a detail back to its row", "从详情回到所在行";
    key_pan: "Move the window of time left and right (← → away from rows)", "左右移动时间窗口（不在行上时可用 ← →）";
    key_zoom: "Zoom in and out, away from rows", "放大、缩小（不在行上时）";
    key_fast: "With Shift: ten times as far", "配合 Shift：十倍幅度";
    key_zoom_plus: "Zoom in, zoom out, the whole trace", "放大、缩小、整个追踪";
    close: "Close", "关闭";
    service_filter: "Services", "服务";
    service_all: "All", "全部";
    service_search: "Find a service…", "查找服务…";
    service_none: "None", "全不选";
    service_apply: "Apply", "应用";
    colour_of: "Colour of {}", "{} 的颜色";
    colour_number: "Colour {}", "颜色 {}";
    colour_reset: "Usual colour", "默认颜色";
    service_keep: "Keep as default", "设为默认";
    service_keep_title: "Leave these services out in every trace that is opened", "在打开的每条追踪中都不显示这些服务";
    service_default: "Left out by default: {}", "默认不显示：{}";
    service_show: "Show them here", "在此处显示";
    service_forget: "Forget the default", "清除默认";
    service_needs_root: "One service of a root has to stay.", "必须保留至少一个根 span 的服务。";
    root_badge: "root", "根";
    pruned: "{} pruned", "已隐去 {}";
    pruned_errors: "{} pruned, {}", "已隐去 {}，{}";
    pruned_title: "Spans of services that are not shown, with all below them. Click to show all.", "未显示的服务的 span 及其下级。点击以全部显示。";
    siblings_facts: "{} in all · least {} · median {} · most {}", "合计 {} · 最小 {} · 中位 {} · 最大 {}";
    siblings_fold: "Show as one row", "合并为一行";
    siblings_open: "Show one by one", "逐个显示";
    column_add: "Attribute as a column", "将属性显示为列";
    column_add_button: "Add", "添加";
    column_remove: "Remove the column {}", "移除列 {}";
    peer_title: "Named by the attribute peer.service: it sent no spans", "由属性 peer.service 指明：它未发送 span";
    span_links: "Has links to other spans", "链接到其他 span";
    shifted_by: "Its clock is corrected by {}", "时钟已校正 {}";
    work_database: "Database", "数据库";
    work_http: "HTTP", "HTTP";
    work_messaging: "Messaging", "消息";
    work_rpc: "Remote call", "远程调用";
    work_gen_ai: "Generative AI", "生成式 AI";
    open_standalone: "Open in Trackway", "在 Trackway 中打开";
    expand: "Expand", "展开";
    collapse: "Collapse", "折叠";
    span_error: "Error", "错误";
    hidden_error: "A hidden span below has an error", "被隐藏的下级 span 有错误";
    span_warning: "Warning", "警告";
    resize_form: "Width of the form", "表单宽度";
    resize_names: "Width of the name column", "名称列宽度";
    timeline_name: "Spans of the trace", "追踪的 span";
    trace_warnings: "Warnings of the backend", "后端警告";

    attributes: "Attributes", "属性";
    resource: "Resource", "资源";
    events: "Events", "事件";
    links: "Links", "链接";
    warnings: "Warnings", "警告";
    detail_service: "Service", "服务";
    detail_duration: "Duration", "时长";
    detail_start: "Start", "开始";
    detail_kind: "Kind", "类型";
    detail_status: "Status", "状态";
    detail_scope: "Scope", "Scope";
    detail_span_id: "Span ID", "Span ID";
    events_relative: "Times count from the start of the trace.", "时间从追踪开始处计算。";
    event_in_span: "{} in the span", "距 span 开始 {}";
    event_in_trace: "{} in the trace", "距追踪开始 {}";
    and_more: "and {} more", "另有 {} 项";
    show_all: "Show all ({})", "显示全部（{}）";
    show_more: "Show {} more", "再显示 {} 条";
    left_out: "{} entries are too many to show here", "{} 个条目过多，未在此显示";
    copy_pair: "Copy key and value", "复制键和值";
    copy_attributes: "Copy as JSON", "复制为 JSON";
    copy_span: "Copy span as OTLP JSON", "复制 span 为 OTLP JSON";
    show_less: "Show less", "收起";
    show_lines: "Show all {} lines", "显示全部 {} 行";
    show_whole: "Show all", "显示全部";
    synthetic: "synthetic", "合成";
    synthetic_title: "Not set by the program: made of a field of OpenTelemetry's", "并非程序设置：由 OpenTelemetry 字段生成";
    opens_elsewhere: "{} (opens in a new tab)", "{}（在新标签页中打开）";
    link_count: "{} links", "{} 个链接";
    detail_share: "Of the trace", "占追踪";
    detail_self: "Self time", "自身时间";
    detail_percentile: "Percentile", "百分位";
    percentile_of: "{} of {} spans", "{}（共 {} 个 span）";
    percentile_title: "{}% of the {} spans of this operation in this trace take no longer", "{}% 的同类 span（此追踪中共 {} 个）不长于它";
    events_in_view: "{} of {} in view", "视图内 {} / {}";
    events_all: "Show all {}", "显示全部 {} 个";
    events_only: "Only in view", "仅显示视图内";
    referrers: "Linked from", "被链接";
    gen_ai: "Generative AI", "生成式 AI";
    gen_ai_model: "model call", "模型调用";
    gen_ai_tool: "tool call", "工具调用";
    gen_ai_agent: "agent", "智能体";
    gen_ai_retrieval: "retrieval", "检索";
    gen_ai_unknown: "unknown step", "未知步骤";
    gen_ai_plain: "Plain", "文本";
    gen_ai_json: "JSON", "JSON";
    gen_ai_view: "How to show the conversation", "对话的显示方式";
    fact_agent: "Agent", "智能体";
    fact_provider: "Provider", "提供方";
    fact_model: "Model", "模型";
    fact_tool: "Tool", "工具";
    fact_input_tokens: "Input tokens", "输入 token";
    fact_output_tokens: "Output tokens", "输出 token";
    fact_cache_read: "Read from cache", "缓存读取";
    fact_cache_creation: "Written to cache", "缓存写入";
    fact_reasoning: "Reasoning tokens", "推理 token";
    message_reasoning: "reasoning", "推理";
    message_call: "calls", "调用";
    message_result: "result", "结果";
    message_arguments: "arguments", "参数";
    link_child_of: "child of", "child of";
    link_follows_from: "follows from", "follows from";
    link_link: "link", "链接";
    link_not_loaded: "not loaded", "未加载";
    link_in_trace: "in this trace", "本追踪内";
    link_whole_trace: "the whole trace", "整条追踪";
    warning_orphan: "Its parent {} is not loaded: shown as a further root.", "其父级 {} 未加载：显示为额外的根。";
    warning_cycle: "It was part of a circle of parents, which was cut above it.", "它处于父级循环中，循环已在其上方断开。";
    warning_own_parent: "It names itself as its parent: shown as a root.", "它以自身为父级：显示为根。";
    warning_shared: "It shares its ID with its client span.", "它与客户端 span 共用 ID。";
    warning_duplicate: "Another span of this trace has the same ID.", "此追踪中另有 span 使用相同 ID。";
    warning_start: "Its start, written as “{}”, is not a time: it stands at its parent's start.", "其开始时间写作“{}”，不是有效时间：置于父级开始处。";
    warning_start_missing: "It has no start: it stands at its parent's start.", "它没有开始时间：置于父级开始处。";
    warning_implausible: "Its start, written as “{}”, lies outside the years 1990 to 2099.", "其开始时间写作“{}”，不在 1990 至 2099 年之间。";
    warning_duration: "Its duration, written as “{}”, is not a length of time: shown as 0.", "其时长写作“{}”，不是有效时长：显示为 0。";
    warning_negative: "It ends {} before it starts: shown with duration 0.", "它的结束比开始早 {}：时长显示为 0。";

    save_as: "Save as…", "另存为…";
    save_all_title: "Save all loaded traces into a file", "将所有已加载的追踪保存为文件";
    save_one_title: "Save this trace into a file", "将此追踪保存为文件";
    save_otlp_text: "OpenTelemetry's own; keeps everything", "OpenTelemetry 自身格式；保留全部内容";
    save_jaeger_text: "For Jaeger UI; times in microseconds", "用于 Jaeger UI；时间精确到微秒";
    save_zipkin_text: "For Zipkin; values become text", "用于 Zipkin；值转换为文本";
    save_csv_text: "A table of spans, attributes as JSON; for spreadsheets and scripts", "span 表格，属性为 JSON；用于电子表格和脚本";
    save_svg_text: "The timeline as it is shown, as a drawing", "当前显示的时间线，矢量图";
    save_png_text: "The timeline as it is shown, as a picture", "当前显示的时间线，图片";
    save_first_rows: "Only the first {} of {} rows", "仅前 {} 行（共 {} 行）";
    save_parts: "Which spans", "哪些 span";
    save_whole: "Whole trace ({})", "整个追踪（{}）";
    save_found: "What is found ({})", "查找到的（{}）";
    save_below: "Only this part ({})", "仅此部分（{}）";
    saving: "Writing {}", "正在写入 {}";
    save_losses: "{} cannot say all of it:", "{} 无法表达全部内容：";
    save_anyway: "Save anyway", "仍要保存";
    saved: "Saved as {}, {}", "已保存为 {}，{}";
    save_gone: "Some of these traces were removed meanwhile. Nothing was saved.", "其中部分追踪已被移除。未保存任何文件。";
    save_no_room: "The browser has no room for this file. Nothing was saved.", "浏览器没有足够空间存放此文件。未保存任何文件。";
    loss_nanoseconds: "time or duration is cut to microseconds|times and durations are cut to microseconds", "个时间或时长将截断到微秒";
    loss_early_time: "time before 1970 will read back as missing|times before 1970 will read back as missing", "个 1970 年之前的时间读回时将视为缺失";
    loss_list: "array or map becomes JSON text|arrays and maps become JSON text", "个数组或映射将变为 JSON 文本";
    loss_value: "number, boolean or row of bytes becomes text|numbers, booleans and bytes become text", "个数字、布尔值或字节串将变为文本";
    loss_null: "null becomes an empty text|nulls become empty text", "个 null 将变为空文本";
    loss_deep: "array or map within 24 others becomes JSON text|arrays and maps within 24 others become JSON text", "个嵌套超过 24 层的数组或映射将变为 JSON 文本";
    loss_repeated_key: "attribute that repeats a key is left out|attributes that repeat a key are left out", "个键重复的属性将略去";
    loss_error_attribute: "attribute “error” of a span without an error is left out|attributes “error” of spans without an error are left out", "个无错误 span 的“error”属性将略去";
    loss_resource: "attribute of a resource becomes the span's own|attributes of resources become the spans' own", "个资源属性将变为 span 自身的属性";
    loss_scope: "span loses the attributes of its scope|spans lose the attributes of their scope", "个 span 将失去其 scope 的属性";
    loss_event: "event has attributes, which become part of its text|events have attributes, which become part of their text", "个事件的属性将并入其文本";
    loss_events: "event is left out, but counted|events are left out, but counted", "个事件将略去，仅保留数量";
    loss_formula: "text gets an apostrophe, or a spreadsheet would run it as a formula|texts get an apostrophe, or a spreadsheet would run them as formulas", "个文本前将加撇号，以免电子表格将其当作公式执行";
    loss_kind: "span loses its kind, which the format does not have|spans lose their kind, which the format does not have", "个 span 的类型在该格式中不存在，将失去";
    loss_status: "span will read back with the status that its attributes tell|spans will read back with the status that their attributes tell", "个 span 读回时的状态将由其属性决定";
    loss_link: "link is left out|links are left out", "个链接将略去";
    loss_link_kind: "link becomes a reference “follows from”|links become references “follows from”", "个链接将变为“follows from”引用";
    loss_link_attributes: "link loses its attributes|links lose their attributes", "个链接将失去其属性";
    loss_parent_kind: "span that follows from its parent becomes its child|spans that follow from their parent become its children", "个“follows from”父级的 span 将变为其子级";
    loss_text_id: "ID is not hexadecimal or is 0, and gets other digits|IDs are not hexadecimal or 0, and get other digits", "个 ID 不是十六进制或为 0，将换成其他数字";
    loss_missing_id: "span has no ID|spans have no ID", "个 span 没有 ID";
    loss_warning: "warning of the backend is left out|warnings of the backend are left out", "条后端警告将略去";
    loss_written_time: "start or duration that was no time is left out|starts or durations that were no times are left out", "个无效的开始时间或时长将略去";

    getting_trace: "Getting trace {}…", "正在获取追踪 {}……";
    missing_title: "Trace {} is not loaded", "追踪 {} 未加载";
    missing_text: "Open a file that holds it, or ask the query service.", "请打开包含它的文件，或向查询服务请求。";
    ask_service: "Ask the query service", "向查询服务请求";
    gone_title: "This trace came from “{}”, which is no longer open", "此追踪来自“{}”，该文件已不再打开";
    views: "Views of the trace", "追踪视图";
    view_timeline: "Timeline", "时间线";
    services_graph: "Service graph", "服务图";
    services_monitor: "Monitor", "监控";
    monitor_all_services: "All services", "全部服务";
    monitor_choose: "Choose a service", "请选择服务";
    monitor_spans: "Spans", "Span";
    monitor_span_forms: "span|spans", "个 span";
    monitor_usual: "server, or else entry", "服务端，否则为入口";
    monitor_entry: "entry", "入口";
    monitor_time: "Time", "时间";
    monitor_all_time: "All that is loaded", "已加载的全部时间";
    monitor_of: "Figures of", "数据来自";
    monitor_steps: "{} a step", "每步 {}";
    monitor_name: "Name", "名称";
    monitor_duration: "Duration", "耗时";
    monitor_errors: "Errors", "错误率";
    monitor_rate: "Rate", "速率";
    monitor_rate_title: "Spans that began, over the whole time", "整段时间内开始的 span 的速率";
    monitor_percentile_title: "So many percent of the spans took no longer", "该百分比的 span 耗时不超过此值";
    monitor_impact: "Impact", "影响";
    monitor_impact_title: "Mean duration times rate, from the least of all rows (0) to the greatest (1)", "平均耗时乘以速率，按所有行从最小（0）到最大（1）";
    monitor_whole: "whole time", "整段时间";
    monitor_show_all: "Show all", "显示全部";
    monitor_values: "Values as a table", "以表格查看数值";
    monitor_find: "Find a name", "查找名称";
    monitor_table: "Rate, errors and durations", "速率、错误与耗时";
    monitor_services: "service|services", "个服务";
    monitor_operations: "operation|operations", "个操作";
    monitor_failed_title: "Traces in which it failed", "其中出错的追踪";
    monitor_slow_title: "Traces in which it took {} or longer", "其中耗时不少于 {} 的追踪";
    monitor_entries_note: "No span says that it is a server’s, so those count that have no parent, or one of another service.", "没有 span 标明为服务端，因此统计没有父级或父级属于其他服务的 span。";
    monitor_nothing: "No loaded span is of this service, kind and time. Open a file, or choose others above.", "已加载的 span 中没有属于该服务、类型和时间的。请打开文件，或在上方另行选择。";
    monitor_told_nothing: "The source has no figures of this service, kind and time.", "该数据源没有此服务、类型和时间的数据。";
    monitor_one_service: "This source tells the figures of one service at a time: choose one above.", "该数据源每次只提供一个服务的数据：请在上方选择。";
    monitor_no_metrics: "{} keeps no metrics, so figures are those of the loaded traces.", "{} 不保存指标，因此显示已加载追踪的数据。";
    view_statistics: "Statistics", "统计";
    view_spans: "Spans", "Span 列表";
    view_events: "Events", "事件";
    table_rows: "row|rows", "行";
    table_sort: "Sort by {}", "按{}排序";
    table_csv: "Save the whole table as CSV", "将整个表格保存为 CSV";
    table_next: "Next row that is found", "下一个匹配的行";
    table_previous: "Previous row that is found", "上一个匹配的行";
    table_only_found: "Show only rows that are found", "仅显示匹配的行";
    table_fold: "Fold the rows below", "折叠下级行";
    table_unfold: "Show the rows below", "展开下级行";
    table_none: "No row", "没有行";
    table_none_found: "No row has what is looked for", "没有匹配的行";
    table_fold_all: "Fold all", "全部折叠";
    table_unfold_all: "Unfold all", "全部展开";
    stats_group: "Group", "分组";
    stats_count: "Count", "数量";
    stats_count_title: "Spans of the group", "该分组的 span 数";
    stats_errors_title: "Spans of the group with status error", "该分组中状态为错误的 span 数";
    stats_total: "Total", "总计";
    stats_total_title: "Durations added up; spans that run side by side count each", "耗时之和；并行的 span 各自计入";
    stats_avg: "Avg", "平均";
    stats_avg_title: "Mean duration", "平均耗时";
    stats_min: "Min", "最小";
    stats_min_title: "Shortest duration", "最短耗时";
    stats_max: "Max", "最大";
    stats_max_title: "Longest duration", "最长耗时";
    stats_self_title: "Self time: what a span takes without its children", "自身时间：span 除去子 span 的耗时";
    stats_self_total: "ST Total", "自身总计";
    stats_self_avg: "ST Avg", "自身平均";
    stats_self_min: "ST Min", "自身最小";
    stats_self_max: "ST Max", "自身最大";
    stats_share: "ST in Duration", "自身占比";
    stats_share_title: "Self times of the group as a share of the time from the first start to the last end. Spans that run side by side can take it above 100 %.", "该分组的自身时间占首个开始到最后结束之间时长的比例。并行的 span 可使其超过 100 %。";
    stats_by: "Group by", "分组依据";
    stats_then: "then by", "再按";
    stats_nothing: "nothing", "无";
    stats_keys: "Attributes", "属性";
    stats_colour: "Colour by", "着色依据";
    stats_without: "Without {}", "没有 {}";
    spans_duration: "Duration", "耗时";
    spans_start: "Start", "开始";
    spans_start_title: "From the start of the trace", "自追踪开始";
    spans_kind: "Kind", "类型";
    spans_status: "Status", "状态";
    spans_name: "Name", "名称";
    spans_services: "Services", "服务";
    spans_names: "Names", "名称";
    spans_only_errors: "Errors only", "仅错误";
    spans_reset: "Show all", "全部显示";
    spans_more_names: "{} more: type to narrow", "还有 {} 个：输入以缩小范围";
    events_time: "Time", "时间";
    events_event: "Event", "事件";
    events_attributes: "Attributes", "属性";
    events_bare: "No attributes", "没有属性";
    events_none: "No span has an event", "没有 span 带有事件";
    findings: "Findings", "诊断";
    findings_rules: "Rules", "规则";
    findings_rule_title: "{}. Click to switch the rule on or off.", "{}。点击以启用或停用此规则。";
    findings_here: "1 finding|{0} findings, the dearest first", "{0} 项发现，代价最大者在前";
    findings_of: "1 finding in {1} traces|{0} findings in {1} traces, the dearest first", "在 {1} 条追踪中有 {0} 项发现，代价最大者在前";
    findings_in_traces: "in {} traces", "见于 {} 条追踪";
    findings_none: "Nothing found by {} rules", "{} 条规则均未发现问题";
    findings_none_off: "Nothing found by the rules that are switched on; those that are off found {}", "已启用的规则未发现问题；已停用的规则发现 {} 项";
    findings_looked_for: "Looked for: {}.", "已检查：{}。";
    findings_more: "{} more", "还有 {} 项";
    findings_query: "Only in traces that match (TraceQL)", "仅限匹配的追踪 (TraceQL)";
    findings_why: "Why it matters, and what to do", "为何重要，如何处理";
    findings_open: "Show in the timeline", "在时间线中显示";
    findings_spans: "Spans", "Span";
    findings_bars: "{0} spans over {1}", "{1} 内的 {0} 个 span";
    findings_cost: "Lost or at stake, in all", "损失或可节省的总时间";
    findings_examples: "Traces", "追踪";
    findings_hint: "Hint", "提示";
    findings_warning: "Warning", "警告";
    findings_error: "Error", "错误";
    finding_n_plus_one: "N+1 calls", "N+1 调用";
    finding_n_plus_one_said: "{0} alike calls instead of one: {1} more than the longest of them", "{0} 次相似调用本可合并为一次：比其中最长的一次多 {1}";
    finding_n_plus_one_why: "Each call pays for its own way there and back, and their number grows with the data. Ask for all at once: a join, an IN list, a batch endpoint, a pipeline.", "每次调用都要付出往返代价，且数量随数据增长。请一次取全：连接查询、IN 列表、批量接口或流水线。";
    finding_sequential: "Sequential calls", "顺序调用";
    finding_sequential_said: "{0} alike calls one after the other: at the same time they would take {1} less", "{0} 次相似调用依次进行：若并行可少用 {1}";
    finding_sequential_why: "None seems to need what another brought. Start them together and wait for all, with a limit on how many run at once. What a call needs of the last one cannot be seen in a trace: look first.", "看来没有调用依赖前一次的结果。可同时发起并一起等待，并限制并发数。调用间的依赖在追踪中不可见，请先确认。";
    finding_retries: "Retries", "重试";
    finding_retries_said: "One attempt failed and was made again {1} after it began|{0} attempts failed and were made again: {1} later than they might have been", "{0} 次失败后重试；到最后一次尝试共用去 {1}";
    finding_retries_gave_up: "One attempt was made again and failed for good: {1} were lost|{0} attempts were made again, and at least one call failed for good: {1} were lost", "重试 {0} 次后仍有调用最终失败；损失 {1}";
    finding_retries_why: "A retry that helps hides an error, and makes load where there is too much already. Look for the cause; keep attempts few, with growing pauses and some chance in them.", "有效的重试掩盖了错误，也给过载处增加负担。请查明原因；重试应少，间隔递增并带随机性。";
    finding_repeated: "Repeated reads", "重复读取";
    finding_repeated_said: "The very same read {0} times: {1} for answers that were known", "同一读取进行了 {0} 次：为已知答案花费 {1}";
    finding_repeated_why: "Within one request the answer will hardly have changed. Keep it for as long as the request lasts, or hand it down.", "同一请求内答案几乎不会变化。请在请求期间保留它，或向下传递。";
    finding_gap: "Unexplained gaps", "未解释的空隙";
    finding_gap_said: "For {1} no child of the span tells what it did|{0} spans have stretches, {1} in all, of which no child tells what they did", "有 {1} 没有任何子 span 说明其所为";
    finding_gap_why: "It may compute, wait for something that is not instrumented, or collect garbage; in a call it is the way there and back, or a queue. Add spans to what runs there, or look at a profile of that time.", "可能在计算、等待未埋点的对象或垃圾回收；在调用中则是往返路程或排队。请为其中运行的部分添加 span，或查看该时段的性能剖析。";
    finding_acquisition: "Waiting to begin", "开始前的等待";
    finding_acquisition_said: "{1} passed with waiting for a lock or a connection|{1} passed with waiting for locks or connections, {0} times", "等待锁或连接用去 {1}";
    finding_acquisition_why: "The work had not begun. A pool may be too small for how long its connections are held, connections may be made anew each time, or one transaction may keep others from a row: hold them shorter, and look at who held them meanwhile.", "工作尚未开始。可能是连接池过小、连接每次新建，或某个事务占用了行：请缩短持有时间，并查看当时的持有者。";
    finding_swallowed: "Swallowed errors", "被吞掉的错误";
    finding_swallowed_said: "A span failed, and its caller did not|{0} spans failed, and their callers did not", "{0} 个失败的 span，其调用方并未失败";
    finding_swallowed_why: "Either the caller can do without, and somebody may miss something, or it tells of success by mistake. If it is meant, let the caller say so with an event or the status Ok.", "要么调用方可以不依赖它而有人会缺少结果，要么误报成功。若属有意，请让调用方以事件或状态 Ok 说明。";
    finding_skew: "Clock skew", "时钟偏差";
    finding_skew_said: "Clocks disagree: a span is {2} away from where it could have been|Clocks disagree: {0} spans are up to {2} away from where they could have been", "{0} 个 span 与可能的时间相差最多 {2}：时钟不一致";
    finding_skew_why: "Gaps and orders between these hosts cannot be trusted. The timeline can shift them (Look, clocks); let the hosts keep time by NTP.", "这些主机之间的间隔与先后不可信。时间线可进行校正（外观，时钟）；请让主机用 NTP 对时。";
    finding_missing: "Missing parents", "缺失父级";
    finding_missing_said: "A span names a parent that is not here|{0} spans name parents that are not here", "{0} 个 span 指明的父级不在此处";
    finding_missing_why: "The parent was not sampled, not sent, still runs, or is in a file that is not open. Times and numbers of what is above are missing.", "父级未被采样、未发送、仍在运行，或在尚未打开的文件中。其上层的时间与数量缺失。";
    finding_fan_out: "Fan-out", "扇出";
    finding_fan_out_said: "{0} children right below one span", "一个 span 下直接有 {0} 个子级";
    finding_fan_out_why: "Each costs its caller something, and the slowest decides. Ask in batches, or trace a sample of them.", "每个都有代价，且由最慢者决定。请分批请求，或只对其中一部分埋点。";
    finding_depth: "Depth", "深度";
    finding_depth_said: "{0} levels", "{0} 层";
    finding_depth_why: "Every call from service to service adds its own way and its own failures. See whether services in between only pass on.", "每次服务间调用都增加路程与故障可能。请查看中间服务是否只是转发。";
    compare_without: "Compared without {}: nothing loaded belongs to it", "对比时未包含 {}：没有已加载的追踪属于它";
    diff_constant: "All traces of A and B have {}.", "A 与 B 的所有追踪均为 {}。";
    graph_name: "Call paths of the trace. n and p go to the next and the last error, arrow keys along the paths, f finds, + and - change the size, 0 shows the whole.", "该追踪的调用路径。n 与 p 跳到下一处和上一处错误，方向键沿路径移动，f 查找，+ 与 - 缩放，0 显示整个图。";
    graph_colour: "Colour", "颜色";
    graph_service: "Service", "服务";
    graph_legend_service: "The colour is the service's", "颜色代表服务";
    graph_legend_time: "Total of the trace's duration; full from 20% on", "总时间占追踪持续时间的比例，20% 起为最深";
    graph_legend_self: "Self time of the total", "自身时间占总时间的比例";
    graph_child: "Waited for", "等待";
    graph_not_waited: "Not waited for (consumer)", "不等待（consumer）";
    graph_next_error: "Next error", "下一处错误";
    graph_previous_error: "Previous error", "上一处错误";
    graph_no_errors: "No node has errors", "没有节点存在错误";
    graph_of_trace: "of the trace", "占追踪";
    graph_of_total: "of the total", "占总计";
    resize_table: "Width of the table", "表格宽度";
    flame_canvas: "Flame graph. Arrow keys to the parent, to the first child and along a level, Enter zooms, Escape shows the whole, m opens the menu.", "火焰图。方向键移到父节点、第一个子节点或同层节点，Enter 放大，Escape 显示全部，m 打开菜单。";
    flame_has_errors: "Has errors", "存在错误";
    flame_mode: "Boxes", "方块";
    flame_merged: "Merged", "合并";
    flame_times: "At their times", "按时间";
    flame_duration: "Duration", "持续时间";
    flame_both: "Both", "两者";
    flame_share: "Of the whole", "占比";
    flame_sum: "{} in all", "合计 {}";
    flame_find: "Find service: operation", "查找 服务: 操作";
    flame_find_title: "A part of a service: operation; where no name has it, what find in a trace finds in attributes and events", "服务: 操作 的一部分；若无名称匹配，则在属性与事件中查找";
    flame_found: "{} found, {} of the whole", "匹配 {}，占全部的 {}";
    flame_reset: "Show the whole", "显示全部";
    flame_hide_above: "Zoom and hide the levels above", "放大并隐藏上方层级";
    flame_copy_name: "Copy the name", "复制名称";
    flame_similar: "Highlight similar", "突出显示同类";
    flame_span: "Show in the timeline", "在时间线中显示";
    services_layout: "Layout", "布局";
    services_layered: "Layered", "分层";
    services_forced: "Force-directed", "力导向";
    services_focus: "Focus", "焦点";
    services_all: "All services", "全部服务";
    services_depth: "Depth", "深度";
    services_depth_title: "Steps from the focus, up and down; empty: all that can be reached", "距焦点的步数（上下游）；留空表示所有可达服务";
    services_colour: "Colour", "颜色";
    services_share: "Error share", "错误率";
    services_latency: "Latency (p95)", "延迟 (p95)";
    services_plain: "Plain", "无";
    services_loops: "Self-calls", "自调用";
    services_from: "Spans that start from", "起始时间不早于的 span";
    services_to: "Spans that start before", "起始时间早于的 span";
    services_find: "Find services", "查找服务";
    services_counts: "Calls of", "调用来源";
    services_counted_by: "Counted by {}", "由 {} 统计";
    services_counted_all: "All that was counted elsewhere", "所有外部统计";
    services_from_traces: "counted from the loaded traces", "由已加载的追踪统计";
    services_get: "Get from {} …", "从 {} 获取…";
    services_summary: "{} services and peers, {} links", "{} 个服务与对端，{} 条调用关系";
    services_of: " (of {} in all)", "（共 {} 个）";
    services_look_graph: "Graph", "图";
    services_look_table: "Table", "表格";
    services_links: "Calls between services", "服务间调用";
    services_database: "Database", "数据库";
    services_queue: "Queue or broker", "队列或消息代理";
    services_external: "External", "外部服务";
    services_node_calls: "{} calls, {} failed", "{} 次调用，失败 {}";
    services_calls: "Calls", "调用次数";
    services_span_errors: "Spans with errors", "出错的 span";
    services_took: "Answering", "应答耗时";
    services_waited: "Call (waited)", "调用方耗时";
    services_worked: "Called (took)", "被调用方耗时";
    services_focus_on: "Set focus", "设为焦点";
    services_traces: "Traces with it", "相关追踪";
    services_traces_of_link: "Traces behind these calls", "这些调用的追踪";
    services_callers: "Called by", "调用者";
    services_called: "Calls to", "调用对象";
    services_caller: "Caller", "调用者";
    services_called_one: "Called", "被调用者";
    services_call_p50: "Call p50", "调用方 p50";
    services_callee_p50: "Called p50", "被调用方 p50";
    services_more: "and {} more: see the table", "另有 {} 个，见表格";
    services_slowest: "Slowest calls", "最慢的调用";
    services_failed: "Failed calls", "失败的调用";
    services_no_times: "Who counted these calls told no durations and no traces.", "统计方未提供耗时与追踪。";
    services_no_errors: "no errors", "无错误";
    services_some_errors: "under 5% failed", "失败低于 5%";
    services_many_errors: "5% or more failed", "失败 5% 及以上";
    services_quick: "quick", "快";
    services_slow: "slowest (each step a factor of 4)", "最慢（每级相差 4 倍）";
    services_none: "Services and their calls are shown here as soon as traces, or a backend's dependencies, are loaded.", "加载追踪或后端的依赖数据后，此处显示服务及其调用关系。";
    services_none_here: "No service fits: another focus, more depth or a wider time would show some.", "没有符合条件的服务：请更换焦点、增加深度或放宽时间范围。";
    gone_text: "Files stay in this browser's memory and are gone after a reload. Open the file again to see the trace.", "文件只保存在浏览器内存中，重新加载后即清空。请重新打开该文件以查看追踪。";
}

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Chinese,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::Chinese];

    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Chinese => "zh-CN",
        }
    }

    /// Its name in itself.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Chinese => "简体中文",
        }
    }

    /// The best language for a browser's or a stored tag.
    pub fn from_tag(tag: &str) -> Language {
        if tag.starts_with("zh") { Language::Chinese } else { Language::English }
    }
}

/// The chosen language. Untracked: the shell builds the page anew when it changes, so texts need no signals of their own
/// (each would cost half a kilobyte of code).
pub fn language() -> Language {
    super::state::app().language.get_untracked()
}

/// The texts of the chosen language.
pub fn words() -> &'static Words {
    match language() {
        Language::English => &ENGLISH,
        Language::Chinese => CHINESE.get().unwrap_or(&ENGLISH),
    }
}

/// Puts `parts` in the places of `{}`, in order.
pub fn fill(text: &str, parts: &[&str]) -> String {
    let mut out = String::with_capacity(text.len() + parts.iter().map(|part| part.len()).sum::<usize>());
    let mut pieces = text.split("{}");
    out.push_str(pieces.next().unwrap_or_default());
    for (at, piece) in pieces.enumerate() {
        out.push_str(parts.get(at).copied().unwrap_or_default());
        out.push_str(piece);
    }
    out
}
