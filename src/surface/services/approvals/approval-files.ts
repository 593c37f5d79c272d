// Requests for approval as files of an installation: one that the operator's key signs for each, and a mark beside it once it is used.
import { lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { type ApprovalEntry, entrySchema } from "#govern/approvals/request.ts";
import {
  createPrivateFile,
  readPrivateFile,
  writePrivateFile,
} from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import {
  operatorKey,
  signatureOver,
  signatureSchema,
  verifies,
} from "../exceptions/operator-signature.ts";

const NAME = /^(ap-[0-9a-f]{16})\.([0-9a-f]{32})\.([0-9a-f]{16})\.([0-9a-z]{1,11})\.json$/;

const fileSchema = v.strictObject({ entry: entrySchema, signature: signatureSchema });

/** What the name of a request's file says: only to find it, for what is inside is signed. */
export type NamedRequest = {
  readonly name: string;
  readonly id: string;
  readonly binding: string;
  readonly session: string;
  readonly expiresMs: number;
};

/** The requests of one installation; each question looks at the disk. */
export class ApprovalFiles {
  readonly #directories: Directories;
  readonly #folder: string;

  constructor(directories: Directories) {
    this.#directories = directories;
    this.#folder = directories.approvals;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Whether another call than this one used it. */
  isUsed(id: string, call: string): boolean {
    const by = readPrivateFile(this.path(`${id}.use`), { secret: true })?.trim();
    return by !== undefined && (call === "" || by !== call);
  }

  /** WHY a file: of two processes one gets it. */
  use(id: string, call: string): boolean {
    const path = this.path(`${id}.use`);
    return createPrivateFile(path, `${call}\n`) || !this.isUsed(id, call);
  }

  names(): readonly NamedRequest[] {
    if (lstatSync(this.#folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
    return readdirSync(this.#folder).flatMap((name) => {
      const [, id, binding, session, expires] = NAME.exec(name) ?? [];
      if (id === undefined || binding === undefined || session === undefined) return [];
      return [{ name, id, binding, session, expiresMs: Number.parseInt(expires ?? "", 36) }];
    });
  }

  tryRead(named: NamedRequest): ApprovalEntry | undefined {
    try {
      return this.read(named);
    } catch {
      return undefined;
    }
  }

  read({ name, id }: NamedRequest): ApprovalEntry | undefined {
    const text = readPrivateFile(this.path(name), { secret: true });
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
    if (!parsed.success || parsed.output.entry.request.id !== id) return undefined;
    const { entry, signature } = parsed.output;
    return verifies("approval", entry, signature, operatorKey(this.#directories))
      ? entry
      : undefined;
  }

  #format(entry: ApprovalEntry): string {
    const signature = signatureOver("approval", entry, operatorKey(this.#directories));
    return `${JSON.stringify({ entry, signature })}\n`;
  }

  create(name: string, entry: ApprovalEntry): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    createPrivateFile(this.path(name), this.#format(entry));
  }

  write(name: string, entry: ApprovalEntry): void {
    writePrivateFile(this.path(name), this.#format(entry));
  }

  remove({ name, id }: NamedRequest): void {
    rmSync(this.path(name), { force: true });
    rmSync(this.path(`${id}.use`), { force: true });
  }
}
