// The inbox: everything of this installation that needs a person. A source that cannot be read is named, never taken for empty.
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { homeDirectory } from "#platform/user.ts";
import type { SeenHost } from "#record/fleet/host-report.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readProjectRegister } from "../projects/project-register-file.ts";
import type { Question } from "../questions/question-schema.ts";
import { countKinds, inOrder, type InboxItem, type InboxKind } from "./inbox-item.ts";
import { deliveryItems, machineItems } from "./operation-items.ts";
import { attestationItems, exceptionItems, findingItems } from "./ending-items.ts";
import { extensionItems, serverItems } from "./change-items.ts";
import { approvalItems, incidentItems, questionItems } from "./waiting-items.ts";

/** Where it looks. */
export type InboxPlaces = {
  readonly directories: Directories;
  readonly nowMs: number;
  /** Folders of the guarded projects. */
  readonly roots: readonly string[];
  /** The client's configuration directory. */
  readonly config: string;
  /** The daemon's questions. Rejects where it does not say. */
  readonly questions: () => Promise<readonly Question[]>;
  /** Machines that report to a store; missing where there is none. */
  readonly hosts?: (() => Promise<readonly SeenHost[]>) | undefined;
};

export type Inbox = {
  readonly items: readonly InboxItem[];
  readonly counts: Readonly<Record<InboxKind, number>>;
  /** Sources that could not be read, and why. */
  readonly unread: readonly { readonly kind: InboxKind; readonly why: string }[];
};

type Source = (places: InboxPlaces) => Promise<readonly InboxItem[]> | readonly InboxItem[];

const SOURCES: readonly (readonly [InboxKind, Source])[] = [
  ["question", questionItems],
  ["approval", approvalItems],
  ["incident", incidentItems],
  ["server", serverItems],
  ["extension", extensionItems],
  ["machine", machineItems],
  ["delivery", deliveryItems],
  ["finding", findingItems],
  ["exception", exceptionItems],
  ["attestation", attestationItems],
];

/** The places of an installation: its projects, and the client's own folder as the environment has it. */
export function placesOf(
  directories: Directories,
  given: Pick<InboxPlaces, "nowMs" | "questions" | "hosts"> & {
    readonly environment: NodeJS.ProcessEnv;
  },
): InboxPlaces {
  const { environment, ...rest } = given;
  const home = environment["HOME"] ?? homeDirectory();
  return {
    ...{ ...rest, directories, config: environment["CLAUDE_CONFIG_DIR"] ?? join(home, ".claude") },
    roots: readProjectRegister(directories.projectsFile).map(({ root }) => root),
  };
}

/** Gathers it. Never rejects: what cannot be read is told beside what can. */
export async function readInbox(places: InboxPlaces): Promise<Inbox> {
  const unread: { kind: InboxKind; why: string }[] = [];
  const found = await Promise.all(
    SOURCES.map(async ([kind, source]) => {
      try {
        return await source(places);
      } catch (cause) {
        const why = cause instanceof Failure ? cause.message : "it could not be read";
        unread.push({ kind, why });
        return [];
      }
    }),
  );
  const items = inOrder(found.flat());
  return { items, counts: countKinds(items), unread };
}
