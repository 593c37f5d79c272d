// Server-sent events as they come in pieces: https://html.spec.whatwg.org/multipage/server-sent-events.html, `event` and `data` only.

export type StreamEvent = { readonly name: string; readonly data: string };

/** One event may be this long; a longer one is dropped. */
export const EVENT_CHARS_MAX = 1024 * 1024;

/** A reader that is given pieces of text and gives the events which they complete. */
export function createEventReader(): (piece: string) => readonly StreamEvent[] {
  let rest = "";
  let name = "";
  let lines: string[] = [];
  let chars = 0;
  return (piece) => {
    const found: StreamEvent[] = [];
    const parts = (rest + piece).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > EVENT_CHARS_MAX) rest = "";
    for (const part of parts) {
      const line = part.endsWith("\r") ? part.slice(0, -1) : part;
      if (line === "") {
        if (lines.length > 0 && chars <= EVENT_CHARS_MAX)
          found.push({ name: name === "" ? "message" : name, data: lines.join("\n") });
        [name, lines, chars] = ["", [], 0];
        continue;
      }
      const colon = line.indexOf(":");
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") name = value;
      if (field !== "data") continue;
      chars += value.length;
      if (chars <= EVENT_CHARS_MAX) lines.push(value);
    }
    return found;
  };
}
