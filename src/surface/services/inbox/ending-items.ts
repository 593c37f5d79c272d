// What ends by itself, or came up by itself: exceptions and attestations that end, findings that the last audit had and the one before had not.
import { openExceptions } from "../exceptions/store.ts";
import { openStatements } from "../exceptions/statements.ts";
import { changesIn, readTrend } from "../posture/trend.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import type { InboxItem } from "./inbox-item.ts";
import type { InboxPlaces } from "./inbox-places.ts";

/** Of a kind that ended, so long it is told. */
const OVER_MS = 30 * 86_400_000;
const TOLD_KINDS = ["attestation", "waiver"] as const;

export function exceptionItems({ directories, nowMs }: InboxPlaces): readonly InboxItem[] {
  return openExceptions(directories)
    .ending(nowMs)
    .filter(({ exception }) => nowMs - exception.expiresMs < OVER_MS)
    .map(({ exception, ending }) => {
      const { id, rules, owner, project, reason, createdMs, expiresMs } = exception;
      const isOver = ending === "expired";
      const folder = project === null ? "" : ` --cwd ${shellWord(project)}`;
      const where = project === null ? {} : { project };
      return {
        kind: "exception",
        id,
        urgency: "later",
        level: isOver ? "medium" : "low",
        place: project,
        who: owner,
        title: `The exception from ${rules.join(", ")} ${isOver ? "ended" : "ends soon"}: ${reason}`,
        lost: isOver
          ? "what it let run is refused again"
          : "then what it lets run is refused again",
        sinceMs: createdMs,
        untilMs: expiresMs,
        actions: isOver ? [] : (["close"] as const).slice(),
        notHere: null,
        digest: null,
        seenMs: null,
        command: `sallyport policy exception list${folder}`,
        page: `/policy?${new URLSearchParams({ tab: "exceptions", ...where }).toString()}`,
      };
    });
}

export function attestationItems({ directories, nowMs }: InboxPlaces): readonly InboxItem[] {
  const statements = openStatements(directories);
  return TOLD_KINDS.flatMap((kind) => statements.all(nowMs, kind)).flatMap(
    ({ receipt, state }): InboxItem[] => {
      if (state !== "ends-soon" && state !== "expired") return [];
      const { id, kind, about, scope, owner, createdMs, expiresMs } = receipt.statement;
      const isOver = state === "expired";
      if (isOver && nowMs - expiresMs >= OVER_MS) return [];
      return [
        {
          kind: "attestation",
          id,
          urgency: "later",
          who: owner,
          level: isOver ? "medium" : "low",
          title: `The ${kind} of ${about} ${isOver ? "ended" : "ends soon"}`,
          place: scope.of === "project" ? scope.path : null,
          lost:
            kind === "waiver" ? "the finding counts again" : "the control has no evidence any more",
          sinceMs: createdMs,
          untilMs: expiresMs,
          actions: [],
          notHere: null,
          digest: null,
          seenMs: null,
          page: kind === "waiver" ? "/posture" : "/compliance",
          command: `sallyport ${kind} list`,
        },
      ];
    },
  );
}

export function findingItems({ directories, roots }: InboxPlaces): readonly InboxItem[] {
  return roots.flatMap((root) => {
    const points = readTrend(directories, root);
    const atMs = Date.parse(points.at(-1)?.at ?? "");
    return changesIn(points).came.map(
      (id): InboxItem => ({
        kind: "finding",
        id: `${id} ${root}`,
        urgency: "soon",
        level: "medium",
        title: `The audit finds ${id}, which it did not before`,
        place: root,
        who: null,
        lost: "the set-up stays weaker than it was",
        sinceMs: Number.isNaN(atMs) ? null : atMs,
        untilMs: null,
        actions: [],
        notHere: null,
        digest: null,
        seenMs: null,
        command: `sallyport audit ${shellWord(root)}`,
        page: `/posture?${new URLSearchParams({ project: root }).toString()}`,
      }),
    );
  });
}
