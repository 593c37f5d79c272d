// A file with a correlation over three plain rules: `a` matches the tools A and D, `b` matches B and D, `c` matches C.

const RULES: Readonly<Record<string, string>> = {
  a: "name: a\nlogsource: { product: sallyport }\ndetection: { s: { tool: [A, D] }, condition: s }\n",
  b: "name: b\nlogsource: { product: sallyport }\ndetection: { s: { tool: [B, D] }, condition: s }\n",
  c: "name: c\nlogsource: { product: sallyport }\ndetection: { s: { tool: C }, condition: s }\n",
};

/** What a detection says of itself. */
export const META = `title: X
id: be3262bf-8d0f-5151-95d9-231ed393d98c
status: test
description: For a test.
date: 2026-03-01
tags: [attack.t1562]
falsepositives: [a test]
level: low
`;

/** The file; `rules` are those that the correlation asks for. */
export function correlationFile(correlation: string, rules?: readonly string[]): string {
  const asked =
    rules ?? Object.keys(RULES).filter((rule) => new RegExp(`[[ ]${rule}[\\],]`).test(correlation));
  return `${asked.map((rule) => `${RULES[rule] ?? ""}---\n`).join("")}${META}correlation: { ${correlation} }\n`;
}
