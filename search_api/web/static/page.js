// What makes the page handier where scripts run; without them everything is there already.
import { copying } from "./copying.js";
import { citing } from "./citing.js";
import { panels } from "./panels.js";
import { opinions } from "./opinions.js";
import { suggesting } from "./suggesting.js";

panels(document);
copying(document);
citing(document);
opinions(document);
if (document.querySelector("#q")) suggesting(document);
