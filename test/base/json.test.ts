// Values of foreign JSON: what is of another kind counts as nothing there.
import { describe, expect, it } from "vitest";
import { arrayOrEmpty, isObject, memberOf, readJson, stringOrEmpty } from "#base/json.ts";

const OTHERS = [undefined, null, true, 7, "text", ["item"], { key: "value" }] as const;

describe("a value of JSON", () => {
  it("is an object only where it is neither null nor a list", () => {
    expect(OTHERS.filter((value) => isObject(value))).toEqual([{ key: "value" }]);
  });
  it("is a list, or none", () => {
    const lists = OTHERS.map((value: unknown) => arrayOrEmpty(value));
    expect(lists.flat()).toEqual(["item"]);
  });
  it("is a string, or the empty one", () => {
    expect(OTHERS.map(stringOrEmpty).join("")).toBe("text");
  });
  it("has members of its own alone", () => {
    expect(memberOf({ key: "value" }, "key")).toBe("value");
    expect(memberOf({ key: "value" }, "toString")).toBeUndefined();
    expect(memberOf(["item"], "0")).toBeUndefined();
  });
  it("is undefined where the text is not well formed", () => {
    expect(readJson('{"key":')).toBeUndefined();
    expect(readJson('{"key":1}')).toEqual({ key: 1 });
  });
});
