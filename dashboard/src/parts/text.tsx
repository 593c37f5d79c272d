// A text from outside: always text, never longer than asked for, with what hides in it made visible.
import { useState } from "preact/hooks";
import { cutText, piecesOf } from "./marks.ts";
import { formatCount } from "./time-text.ts";

/** What a reader may open at once; more is in the terminal. */
const OPENED_CHARS = 20_000;

export function Text(props: {
  readonly value: string;
  /** Characters shown before the reader asks for more. */
  readonly limit?: number;
  /** Code: monospace, in the order in which it is stored. */
  readonly isCode?: boolean;
  /** Line ends and tabs are kept. */
  readonly isMultiline?: boolean;
  /** One line, cut without a button: for rows of lists, where a click opens the whole. */
  readonly isBrief?: boolean;
}) {
  const { value, limit = 400, isCode = false, isMultiline = false, isBrief = false } = props;
  const [chars, setChars] = useState(limit);
  const { shown, left } = cutText(value, Math.max(chars, limit));
  const className = `text${isCode ? " text-code" : ""}${isMultiline ? " text-lines" : ""}`;
  const pieces = piecesOf(shown, { isMultiline }).map((piece, place) =>
    piece.kind === "plain" ? (
      piece.text
    ) : (
      <span key={place} class="mark" title={piece.name}>
        {piece.code}
      </span>
    ),
  );
  const rest = isBrief ? (
    left > 0 && "\u2026"
  ) : (
    <>
      {left > 0 && (
        <button
          type="button"
          class="text-more"
          onClick={() => setChars(Math.min(chars + OPENED_CHARS, value.length))}
        >
          {`${formatCount(left)} more characters`}
        </button>
      )}
      {chars > limit && (
        <button type="button" class="text-more" onClick={() => setChars(limit)}>
          show less
        </button>
      )}
    </>
  );
  return (
    <span class={className}>
      {isCode ? <code>{pieces}</code> : <bdi>{pieces}</bdi>}
      {rest}
    </span>
  );
}
