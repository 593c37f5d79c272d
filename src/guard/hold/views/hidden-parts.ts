// The parts of a line that its view hides: what is shown there, and what is true.

/** One of them; `isWithin`: letters or digits that are no secret stand right beside it, such as the beginning of an issuer's keys. */
export type HiddenPart = {
  readonly view: string;
  readonly text: string;
  /** What another view shows there. */
  readonly again: string;
  readonly isWithin: boolean;
};

const WORD = /^[A-Za-z0-9]$/;

/**
 * The parts; undefined where the lines are not of one length, as views are. WHY by letters and digits: a view has another one for each
 * that it hides, and leaves the signs between them.
 */
export function disguisedParts({
  view,
  text,
  again,
}: {
  readonly view: string;
  readonly text: string;
  readonly again: string;
}): readonly HiddenPart[] | undefined {
  if (view.length !== text.length || again.length !== text.length) return undefined;
  const parts: HiddenPart[] = [];
  let [start, end] = [-1, -1];
  const close = (): void => {
    if (start < 0) return;
    const of = (line: string): string => line.slice(start, end);
    const isWithin = WORD.test(view.charAt(start - 1)) || WORD.test(view.charAt(end));
    parts.push({ view: of(view), text: of(text), again: of(again), isWithin });
    start = -1;
  };
  for (let at = 0; at < view.length; at += 1) {
    const one = view.charAt(at);
    if (one !== text.charAt(at)) {
      if (start < 0) start = at;
      end = at + 1;
    } else if (WORD.test(one)) close();
  }
  close();
  return parts;
}
