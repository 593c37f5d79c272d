// The stand-ins under which names are in the log, made by the keys of an installation.
import { type Digest, nameDigest } from "../event/redact.ts";
import type { Subject } from "../log/subject.ts";
import type { Names } from "./filter-parse.ts";
import type { StandIn } from "./readable-words.ts";
import { userPseudonym } from "./user-name.ts";

const WORD_DIGEST_CHARS = 8;

/** Names as all subjects that there are by then record them; `digest` is the installation's, for literals of commands. */
export function namesOf(
  subjects: () => readonly Pick<Subject, "pseudonym">[],
  digest: Digest | undefined,
  standIn?: StandIn,
): Names {
  return {
    pseudonyms: (domain, text) =>
      subjects().map((subject) =>
        domain === "user" ? userPseudonym(subject, text) : subject.pseudonym(domain, text),
      ),
    standIn,
    ranDigest: (name) => (digest === undefined ? undefined : nameDigest(name, digest)),
    wordDigest: (text) => digest?.("word", text).slice(0, WORD_DIGEST_CHARS) ?? "",
  };
}
