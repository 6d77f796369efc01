// What the pages do with scripts. Without them everything can still be read and claimed.
import "./swaps.js";
import "./forms.js";
import "./copy.js";
import "./dialogs.js";
import "./toast.js";
import { everySecond } from "./clock.js";
import { watch } from "./live.js";
import { listen } from "./keys.js";
import { openQueue } from "./queue.js";
import { awaitStart } from "./starting.js";
import { stopwatch } from "./stopwatch.js";
import { openWork } from "./work.js";
import { markOpened, showUnread } from "./unread.js";

const opened = document.querySelector("[data-opened]");
if (opened) markOpened(opened.dataset.opened);
showUnread();
openQueue();
openWork();
everySecond();
listen();
stopwatch();
awaitStart(document.querySelector("[data-starting]"));
watch(document.getElementById("live"));
document.querySelector(".ways .way-main")?.focus({ preventScroll: true });
document.addEventListener("htmx:after:settle", showUnread);
