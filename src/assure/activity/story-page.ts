// A session's story as one HTML page to hand over: nothing is loaded, nothing runs, every text in it is escaped.
import { escapeMarkup, htmlPage } from "../posture/forms/markup.ts";
import type { Story } from "./session-story.ts";
import { storyLines } from "./story-text.ts";

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; overflow-wrap: anywhere; } h2 { font-size: 1.05rem; margin: 1.5rem 0 .2rem; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 1.2rem; } li { overflow-wrap: anywhere; } .stopped { font-weight: 600; }
`;

/** The page: all turns and all refusals of the story. `more`: lines behind them, in the form of the story's. */
export function storyPage(story: Story, more: readonly string[] = []): string {
  const [title = "", ...rest] = [...storyLines(story, true), ...more];
  const body = [`<h1>${escapeMarkup(title)}</h1>`];
  let isInList = false;
  const endList = (): void => {
    if (isInList) body.push("</ul>");
    isInList = false;
  };
  let isHead = true;
  for (const line of rest) {
    if (line === "") {
      endList();
      isHead = false;
    } else if (line.startsWith("  ")) {
      if (!isInList) body.push("<ul>");
      isInList = true;
      const isStopped = /^ {2}(?:REFUSED|asked|the sandbox refused) /.test(line);
      body.push(`<li${isStopped ? ' class="stopped"' : ""}>${escapeMarkup(line.trim())}</li>`);
    } else body.push(isHead ? `<p>${escapeMarkup(line)}</p>` : `<h2>${escapeMarkup(line)}</h2>`);
  }
  endList();
  return htmlPage(escapeMarkup(title), STYLE, body);
}
