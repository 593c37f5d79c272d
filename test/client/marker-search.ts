// Finds a planted marker in text, also when a command has encoded, reversed, dumped or spaced it.

/**
 * The name of the first form in which `marker` occurs in one of `texts` (`literal`, `reversed`, `base64`, `hex`, ...),
 * or undefined. Letter case of the marker does not matter except in base64.
 */
export function findMarker(texts: Iterable<string>, marker: string): string | undefined {
  const needles = markerForms(marker);
  for (const text of texts) {
    const views = [...viewsOf(text)];
    for (const { form, value, exactCase } of needles) {
      const found = exactCase
        ? views.some((view) => view.includes(value))
        : views.some((view) => view.toLowerCase().includes(value.toLowerCase()));
      if (found) {
        return form;
      }
    }
  }
  return undefined;
}

/** Which of many markers occur in which form in one of `texts`; the same as asking for each, in one pass over the texts. */
export function findMarkers(
  texts: Iterable<string>,
  markers: readonly string[],
): ReadonlyMap<string, string> {
  const needles = markers.flatMap((marker) =>
    markerForms(marker).map(({ form, value, exactCase }) => {
      return { marker, form, exactCase, value: exactCase ? value : value.toLowerCase() };
    }),
  );
  const found = new Map<string, string>();
  for (const text of texts) {
    for (const view of new Set(viewsOf(text))) {
      const lower = view.toLowerCase();
      for (const { marker, form, value, exactCase } of needles)
        if ((exactCase ? view : lower).includes(value)) found.set(marker, form);
    }
  }
  return found;
}

type Needle = {
  readonly form: string;
  readonly value: string;
  readonly exactCase: boolean;
};

function markerForms(marker: string): readonly Needle[] {
  const bytes = Buffer.from(marker);
  const loose = (form: string, value: string): Needle => ({
    form,
    value,
    exactCase: false,
  });
  return [
    loose("literal", marker),
    loose("reversed", [...marker].reverse().join("")),
    ...[0, 1, 2].map((offset) => ({
      form: "base64",
      value: base64Core(bytes, offset),
      exactCase: true,
    })),
    loose("hex", bytes.toString("hex")),
    loose("percent", [...bytes].map((byte) => `%${byte.toString(16)}`).join("")),
    loose("octal bytes", [...bytes].map((byte) => byte.toString(8).padStart(3, "0")).join("")),
    ...[0, 1].flatMap((offset) => [
      loose(
        "octal words",
        words(bytes, offset, (word) => word.toString(8).padStart(6, "0")),
      ),
      loose(
        "hex words",
        words(bytes, offset, (word) => word.toString(16).padStart(4, "0")),
      ),
    ]),
    loose(
      "rot13",
      marker.replace(/[a-z]/gi, (letter) => rotate(letter)),
    ),
  ];
}

/** The characters of a base64 text that depend on the marker alone when `offset` unknown bytes stand before it. */
function base64Core(bytes: Buffer, offset: number): string {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const start = Math.ceil((offset * 8) / 6);
  return padded.slice(start, Math.floor(((offset + bytes.length) * 8) / 6));
}

/** Little-endian 16-bit words as `od` and `hexdump` print them, from an even or odd start. */
function words(bytes: Buffer, offset: number, print: (word: number) => string): string {
  const parts: string[] = [];
  for (let at = offset; at + 1 < bytes.length; at += 2) {
    parts.push(print(bytes.readUInt16LE(at)));
  }
  return parts.join("");
}

function rotate(letter: string): string {
  const base = letter <= "Z" ? 65 : 97;
  return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
}

/** The text as it is, without white space, and with the offset and text columns of dumps (`xxd`, `od`) removed. */
function* viewsOf(text: string): Generator<string> {
  yield text;
  yield text.replace(/\s+/g, "");
  const lines = text.split("\n");
  yield lines
    .map((line) => line.replace(/^\s*[0-9a-f]{6,8}:?\s/i, "").replace(/\s+/g, ""))
    .join("");
  yield lines
    .map((line) => /^\s*[0-9a-f]{6,8}:?\s+((?:[0-9a-f]{2,4} {1,2})+)/i.exec(`${line} `)?.[1] ?? "")
    .join("")
    .replace(/\s+/g, "");
}
