// The order about retention on disk, signed by the operator: what deletes evidence obeys nobody else.
import * as v from "valibot";
import { type RetentionOrder, retentionOrderSchema } from "#govern/retention/retention-order.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { operatorKey, signatureOver, signatureSchema, verifies } from "./operator-signature.ts";
import { openSignedFile } from "./signed-file.ts";

const fileSchema = v.strictObject({ order: retentionOrderSchema, signature: signatureSchema });

/** The order in force, undefined where there is none; and a new one in its place. A Failure `retention` where it was altered. */
export function openRetentionFile(directories: Directories): {
  current(): RetentionOrder | undefined;
  put(order: RetentionOrder): void;
} {
  const { retentionFile: file } = directories;
  const { trusted, write } = openSignedFile<{ readonly order: RetentionOrder | undefined }>({
    file,
    key: () => operatorKey(directories),
    empty: { order: undefined },
    parse(text, key) {
      try {
        const { order, signature } = v.parse(fileSchema, JSON.parse(text));
        return verifies("retention", order, signature, key) ? { order } : undefined;
      } catch {
        return undefined;
      }
    },
    format({ order }, key) {
      const given = order ?? {};
      return `${JSON.stringify({ order, signature: signatureOver("retention", given, key) })}\n`;
    },
    refusal: {
      code: "retention",
      message: `\`${file}\` was not signed by this installation's operator, so nothing is deleted; look who wrote it, then \`sallyport log retention set\` again`,
    },
  });
  return { current: () => trusted().order, put: (order) => write({ order }) };
}
