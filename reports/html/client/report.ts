import "./report.css";
import { drawAllCharts, redrawCharts, showCharts } from "./charts.ts";
import { showDecision } from "./decision.ts";
import { followTheme } from "./theme.ts";

// The report: charts in step with theme and print, and the section that decides.
followTheme(redrawCharts);
addEventListener("beforeprint", drawAllCharts);
void showCharts();
showDecision();
