//! Surface markers, gates, channels, compensation, map.

use crate::lang::Term;

pub(crate) const SURFACE_MARKERS: Term = Term::new("Surface markers", "表面标志物");
pub(crate) const ISCT_CAPTION: Term = Term::new(
    "{0}: positive share of {1}, exact (Clopper–Pearson) intervals, one-sided bound on the side of the limit. These are marker \
     criteria; plastic adherence and differentiation are not measured here.",
    "{0}：占{1}的阳性率，精确法（Clopper–Pearson）区间，单侧置信限取限度一侧。此处仅为标志物标准；贴壁生长和分化潜能不在本检测范围内。",
);
pub(crate) const CRITERION: Term = Term::new("Criterion", "标准");
pub(crate) const MEASURED: Term = Term::new("Measured", "测得");
pub(crate) const POSITIVE: Term = Term::new("Positive", "阳性数");
pub(crate) const POSITIVITY_CAPTION: Term = Term::new(
    "Positivity per marker. Thresholds, medians and peaks are compensated scale values, medians and peaks of at most 200,000 \
     events, evenly spaced; a marker whose positive and negative events cannot be told apart has no share, which is not zero.",
    "各标志物的阳性率。阈值、中位数和峰为补偿后的标度值，其中中位数和峰取自至多 200,000 个等间隔事件；阳性与阴性无法区分的标志物\
     不给出比例，并不等于零。",
);
pub(crate) const THRESHOLD: Term = Term::new("Threshold", "阈值");
pub(crate) const IT_RESTS_ON: Term = Term::new("It rests on", "阈值依据");
pub(crate) const IN_THE_BAND: Term = Term::new("In the band", "不确定带内");
pub(crate) const MEDIAN: Term = Term::new("Median", "中位数");
pub(crate) const MFI_RATIO: Term = Term::new("MFI ratio", "MFI 比值");
pub(crate) const SECOND_PEAK: Term = Term::new("Second peak", "第二峰");
pub(crate) const RATIO_TO: Term = Term::new("to {0}", "相对于{0}");
pub(crate) const THRESHOLDS_CAPTION: Term = Term::new("Where each threshold comes from.", "各阈值的来源。");
pub(crate) const HISTOGRAMS_FIGURE: Term = Term::new(
    "Gated events per marker. The count axis is logarithmic, so that a few positive events are seen beside many negative ones.",
    "各标志物的设门内事件。计数轴为对数刻度，使少量阳性事件在大量阴性事件旁仍可见。",
);
pub(crate) const CYTOMETRY: Term = Term::new("Cytometry", "流式细胞术");
pub(crate) const CYTOMETER: Term = Term::new("Cytometer", "流式细胞仪");
pub(crate) const SERIAL_NUMBER: Term = Term::new("Serial number", "序列号");
pub(crate) const SOFTWARE: Term = Term::new("Software", "软件");
pub(crate) const FORMAT: Term = Term::new("Format", "格式");
pub(crate) const ACQUIRED: Term = Term::new("Acquired", "采集时间");
pub(crate) const GATES: Term = Term::new("Gates", "设门");
pub(crate) const GATING_FIGURE: Term =
    Term::new("Each gate below the one it is applied within.", "每一门位于其所属上级门之下。");
pub(crate) const DENSITIES_FIGURE: Term = Term::new(
    "Events of the population named above each plot; the colour scale is logarithmic, so that a single event is seen. A frame \
     over time encloses what was taken out. Plots of the analysed events show the thresholds of their markers as dashed lines.",
    "各图上方所示群体的事件；色阶为对数刻度，单个事件亦可见。时间轴上的方框为剔除部分。分析事件图中的虚线为相应标志物的阈值。",
);
pub(crate) const GATES_CAPTION: Term = Term::new(
    "Gates in the order of application; borders are in the display coordinates of the channels. Those set by the user are \
     marked with ▸.",
    "按应用顺序列出的门；边界以通道的显示坐标表示。由用户设定者标有 ▸。",
);
pub(crate) const GATE: Term = Term::new("Gate", "门");
pub(crate) const WITHIN: Term = Term::new("Within", "上级门");
pub(crate) const CHANNELS: Term = Term::new("Channels", "通道");
pub(crate) const BORDER: Term = Term::new("Border", "边界");
pub(crate) const SOM: Term = Term::new("Self-organising map", "自组织映射");
pub(crate) const SOM_SENTENCE: Term =
    Term::new("{0}; {1} events, {2} nodes, {3} metaclusters.", "{0}；{1} 个事件，{2} 个节点，{3} 个元聚类。");
pub(crate) const METACLUSTERS_CAPTION: Term = Term::new(
    "Events of the nodes of each metacluster. They decide on no call.",
    "各元聚类所含节点的事件数；不参与判定。",
);
pub(crate) const METACLUSTER: Term = Term::new("Metacluster", "元聚类");
pub(crate) const MOST_ARE_CALLED: Term = Term::new("Most are called", "多数判定为");
pub(crate) const SOM_FIGURE: Term = Term::new(
    "Metaclusters over the minimum spanning tree of the nodes, then the median of each marker per node. Lengths and angles of \
     the drawing carry no meaning.",
    "节点最小生成树上的元聚类，以及各节点中每一标志物的中位数。图中的长度和角度无意义。",
);
pub(crate) const COMPENSATION: Term = Term::new("Compensation", "补偿");
pub(crate) const NO_COMPENSATION: Term = Term::new("No compensation was applied.", "未作补偿。");
pub(crate) const COMPENSATED: Term =
    Term::new("Compensated with {0}: {1} channels{2}.", "以 {0} 进行补偿：{1} 个通道{2}。");
pub(crate) const IN_BRACKETS: Term = Term::new(" ({0})", "（{0}）");
pub(crate) const CONDITION: Term = Term::new("; condition number {0}{1}", "；条件数 {0}{1}");
pub(crate) const SPILLOVER_FIGURE: Term = Term::new(
    "Spillover as it was applied: row by row, what a fluorochrome gives in each detector.",
    "所用的溢出矩阵：逐行表示每种荧光素在各检测器中的信号。",
);
pub(crate) const CHANNELS_CAPTION: Term =
    Term::new("Every channel of the file, and what the panel makes of it.", "文件的全部通道及其在本方案中的用途。");
pub(crate) const CHANNEL: Term = Term::new("Channel", "通道");
pub(crate) const LABEL_IN_FILE: Term = Term::new("Label in the file", "文件中的标记");
pub(crate) const MEASURES: Term = Term::new("Measures", "测量对象");
pub(crate) const TRANSFORM: Term = Term::new("Display transform", "显示变换");
pub(crate) const LINEAR: Term = Term::new("linear", "线性");
pub(crate) const SPAN: Term = Term::new("{0} to {1}", "{0} 至 {1}");
pub(crate) const RANGE_TO: Term = Term::new("{0} {1} to {2}", "{0} {1} 至 {2}");
pub(crate) const RANGE_NAME: Term = Term::new("range", "范围");
pub(crate) const EACH_NAME: Term = Term::new("each", "各通道");
pub(crate) const OPEN: Term = Term::new("open", "无边界");
pub(crate) const NOTHING_TAKEN_OUT: Term = Term::new("nothing taken out", "未剔除");
pub(crate) const WITHOUT: Term = Term::new("without {0}", "剔除 {0}");
pub(crate) const POLYGON: Term = Term::new("polygon {0}", "多边形 {0}");
pub(crate) const ELLIPSE: Term =
    Term::new("ellipse around ({0}; {1}), squared distance {2}", "椭圆，中心（{0}；{1}），距离平方 {2}");
pub(crate) const ALL_EVENTS: Term = Term::new("all events", "全部事件");
pub(crate) const AT_LEAST: Term = Term::new("{0} ≥ {1}", "{0} ≥ {1}");
pub(crate) const BELOW: Term = Term::new("{0} < {1}", "{0} < {1}");
