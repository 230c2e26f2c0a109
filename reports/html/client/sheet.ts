import "./sheet.css";
import { followTheme } from "./theme.ts";

// The pages beside the report, of comparisons and trends: their pictures need no script.
followTheme();
