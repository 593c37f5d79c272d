// A unified diff, line by line, with words for who does not see the colours.
import { useState } from "preact/hooks";
import { Text } from "./text.tsx";
import { formatCount } from "./time-text.ts";

const LINES = 400;

export function Diff(props: {
  readonly text: string;
  readonly label: string;
  /** Long lines go on below: of a foreign text nothing stands where nobody scrolls to. */
  readonly isWrapped?: boolean;
}) {
  const { text, label, isWrapped = false } = props;
  const [count, setCount] = useState(LINES);
  const lines = text.replace(/\n$/, "").split("\n");
  return (
    <div class="diff-frame" role="region" aria-label={label} tabIndex={0}>
      <div class={`diff${isWrapped ? " diff-wrapped" : ""}`}>
        {lines.slice(0, count).map((line, place) => {
          const kind = kindOf(line);
          return (
            <div key={place} class={`diff-line diff-${kind}`}>
              {kind === "added" && <span class="unseen">added: </span>}
              {kind === "removed" && <span class="unseen">removed: </span>}
              <Text value={line === "" ? " " : line} limit={1_000} isCode />
            </div>
          );
        })}
      </div>
      {lines.length > count && (
        <button type="button" class="button" onClick={() => setCount(count + 10 * LINES)}>
          {`${formatCount(lines.length - count)} more lines`}
        </button>
      )}
    </div>
  );
}

function kindOf(line: string): "added" | "removed" | "place" | "same" {
  if (/^(?:\+\+\+|---|@@|diff |index )/.test(line)) return "place";
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : "same";
}
