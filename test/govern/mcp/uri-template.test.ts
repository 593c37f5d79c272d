// Which URIs a template of a server stands for.
import { expect, test } from "vitest";
import { matchesTemplate } from "#govern/mcp/uri-template.ts";

test.each([
  ["tickets://{id}", "tickets://7", true],
  ["tickets://{id}", "tickets://", false],
  ["tickets://{id}", "tickets://7/8", false],
  ["tickets://{id}", "tickets://7?all", false],
  ["tickets://{id}", "tickets://{id}", true],
  ["tickets://{id}/notes", "tickets://7/notes", true],
  ["tickets://{id}/notes", "tickets://7/other/notes", false],
  ["{a}{b}", "x", false],
  ["{a}{b}", "xy", true],
  ["{a}-{b}", "1-2-3", true],
  ["file:///{+path}", "file:///a/b", true],
  ["file:///{+path}", "file:///", true],
  ["search://all{?q,page}", "search://all", true],
  ["search://all{?q,page}", "search://all?q=1&page=2", true],
  ["search://all{?q,page}", "search://al", false],
  ["docs://guide", "docs://guide", true],
  ["docs://guide", "docs://guides", false],
  ["x".repeat(3_000), "x".repeat(3_000), false],
  ["{a}".repeat(40), "y".repeat(40), false],
  [undefined, "docs://guide", false],
])("%s of %s: %s", (template, uri, expected) => {
  expect(matchesTemplate(uri, template)).toBe(expected);
});
