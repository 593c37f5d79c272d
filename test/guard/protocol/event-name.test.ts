// The name of an event whose payload is not parsed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseHookEvent } from "#guard/protocol/hook-io.ts";
import { scanEventName } from "#guard/protocol/event-name.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each<[string, string, string | undefined]>([
  ["plain", '{"hook_event_name":"Stop"}', "Stop"],
  ["with spaces and a byte order mark", '\ufeff { "hook_event_name" : "Stop" }\n', "Stop"],
  ["the last of two", '{"hook_event_name":"Stop","hook_event_name":"PreToolUse"}', "PreToolUse"],
  ["deeper", '{"a":{"hook_event_name":"Stop"}}', undefined],
  [
    "deeper, after ours",
    '{"hook_event_name":"PreToolUse","a":[{"hook_event_name":"Stop"}]}',
    "PreToolUse",
  ],
  [
    "in a text",
    '{"a":"\\",\\"hook_event_name\\":\\"Stop\\"","hook_event_name":"PreToolUse"}',
    "PreToolUse",
  ],
  ["as a value", '{"a":"hook_event_name","b":"Stop"}', undefined],
  [
    "a name with an escape",
    '{"hook\\u005fevent_name":"PreToolUse","hook_event_name":"Stop"}',
    undefined,
  ],
  ["no text", '{"hook_event_name":["Stop"]}', undefined],
  ["a number after a text", '{"hook_event_name":"Stop","hook_event_name":7}', undefined],
  ["not a word", '{"hook_event_name":"St op"}', undefined],
  ["a list", '["hook_event_name","Stop"]', undefined],
  ["not closed", '{"hook_event_name":"Stop","a":[[', undefined],
  ["more behind it", '{"hook_event_name":"Stop"}{', undefined],
  ["nothing", "", undefined],
])("%s", (_name, text, name) => {
  expect(scanEventName(bytes(text))).toBe(name);
});

test("what is too deep says its name", () => {
  const deep = `${"[".repeat(99)}${"]".repeat(99)}`;
  const text = `{"tool_input":${deep},"hook_event_name":"PostToolBatch"}`;
  const fault = { kind: "fault", code: "depth", eventName: "PostToolBatch" };
  expect(parseHookEvent(bytes(text))).toMatchObject(fault);
});

test("any object gives the name that a parser finds, or none", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom("Stop", "PreToolUse", "a b", ""), (value, name) => {
      const text = JSON.stringify({
        x: value,
        hook_event_name: name,
        y: { hook_event_name: value },
      });
      const expected = /^[A-Za-z]+$/.test(name) ? name : undefined;
      expect(scanEventName(bytes(text))).toBe(expected);
    }),
  );
});
