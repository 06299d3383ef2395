import { byId } from "./dom.ts";
import { comparePanel } from "./panels/compare.ts";
import { listPanel } from "./panels/list.ts";
import { onePanel } from "./panels/one.ts";
import type { Panel } from "./panels/panel.ts";
import { Session } from "./session.ts";
import { readLink, type View } from "./share.ts";

let view: View = "one";
const session = new Session(() => panels[view].again());
const panels: Record<View, Panel> = {
  one: onePanel(session),
  compare: comparePanel(session),
  list: listPanel(session),
};

/** Shows the panel that the URL names. */
function open(): void {
  const link = readLink(location.hash);
  view = link.view;
  for (const each of Object.keys(panels) as View[]) {
    byId(each, HTMLElement).hidden = each !== view;
    byId(`to-${each}`, HTMLAnchorElement).ariaCurrent = each === view ? "page" : null;
  }
  panels[view].open(link);
}

addEventListener("hashchange", open);
open();
