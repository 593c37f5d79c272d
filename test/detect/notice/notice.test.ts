// Notices and their words: what is the same, what is bounded, what nothing of a title can do.
import { describe, expect, it } from "vitest";
import {
  acknowledgedNotice,
  escalatedNotice,
  incidentNotice,
  made,
} from "#detect/notice/notice.ts";
import { noticeText, plainText } from "#detect/notice/notice-text.ts";
import { channelsFor } from "#detect/notice/routing.ts";
import { NOON_MS, sampleIncident, sampleNotice } from "./sample-notice.ts";

describe("a notice", () => {
  it("has the same id for the same alert, and another for another", () => {
    expect(sampleNotice(1).id).toBe(sampleNotice(1).id);
    expect(sampleNotice(2).id).not.toBe(sampleNotice(1).id);
    expect(sampleNotice(2).key).toBe(sampleNotice(1).key);
  });

  it("keeps one matter from opened to closed, and a change of state is never the same", () => {
    const [opened, changed, closed] = [
      incidentNotice(sampleIncident("open"), "opened"),
      incidentNotice(sampleIncident("investigating"), "changed"),
      incidentNotice(sampleIncident("closed"), "closed"),
    ];
    expect(new Set([opened.matter, changed.matter, closed.matter]).size).toBe(1);
    expect(new Set([opened.key, changed.key, closed.key]).size).toBe(3);
    expect(acknowledgedNotice(opened, "ada", NOON_MS).matter).toBe(opened.matter);
    expect(escalatedNotice(opened, 2, NOON_MS).id).not.toBe(opened.id);
  });

  it("holds its texts to one line and to their bounds", () => {
    const notice = made({
      ...sampleNotice(1),
      title: `a\nb\u202e${"x".repeat(5_000)}`,
      team: "t\u001b[31m",
    });
    expect(notice.title).toHaveLength(200);
    expect(notice.title).toContain("\\u{a}");
    expect(notice.title).not.toContain("\u202e");
    expect(notice.team).toBe("t\\u{1b}[31m");
  });

  it("says in words what it is, where, and where to look", () => {
    const notice = made({
      id: "ap-1.asked",
      kind: "approval-asked",
      key: "approval:ap-1",
      matter: "approval:ap-1",
      subject: "ap-1",
      title: "A deployment waits",
      source: "approval",
      timeMs: NOON_MS,
      untilMs: NOON_MS + 60_000,
      level: "high",
      project: "shop",
    });
    const text = noticeText(notice, "https://guard.example.com/look/{id}?from=mail");
    expect(plainText(text)).toBe(
      [
        "[high] Approval asked: A deployment waits",
        "",
        "Level: high",
        "Project: shop",
        "Answer until: 2030-01-15T12:01:00.000Z",
        "Time: 2030-01-15T12:00:00.000Z",
        "Id: ap-1",
        "",
        "https://guard.example.com/look/ap-1?from=mail",
        "",
      ].join("\n"),
    );
  });

  it("cannot break out of its link", () => {
    const notice = made({ ...sampleNotice(1), subject: "a/../b?x#y" });
    expect(noticeText(notice, "https://g.example.com/{id}").link).toBe(
      "https://g.example.com/a%2F..%2Fb%3Fx%23y",
    );
  });
});

describe("routing", () => {
  const routing = {
    rules: [
      { levels: ["critical" as const], to: ["security", "pager"] },
      { levels: ["high" as const], to: ["devops"] },
      { teams: ["payments"], kinds: ["alert-opened" as const], to: ["payments", "devops"] },
      { projects: ["bank"], to: ["bank"] },
      { sources: ["approval" as const], to: ["approvers"] },
    ],
    otherwise: ["mail"],
  };
  const cases = [
    [
      "a critical alert goes to security and pager",
      sampleNotice(1, "critical"),
      ["security", "pager", "payments", "devops"],
    ],
    ["a high one to devops, each channel once", sampleNotice(1, "high"), ["devops", "payments"]],
    [
      "what no rule fits goes to the others",
      { ...incidentNotice(sampleIncident("open"), "opened"), level: "low" as const },
      ["mail"],
    ],
    [
      "a rule of a project fits that project alone",
      { ...sampleNotice(1, "low"), team: "x", project: "bank" },
      ["bank"],
    ],
  ] as const;
  it.each(cases)("%s", (_name, notice, expected) => {
    expect(channelsFor(notice, routing)).toEqual(expected);
  });
});
