// Containers as a repository describes them: Dockerfiles, compose services, dev containers, pods and `docker run` lines, in one form.
import type { Container, ContainerInputs } from "../container.ts";
import { podContainers } from "../pods.ts";
import { compose } from "./compose.ts";
import { devContainers } from "./dev-containers.ts";
import { dockerfiles } from "./dockerfiles.ts";
import { CLIENT } from "./options.ts";
import { runLines } from "./run-lines.ts";

/** WHY kept: many checks look at the same containers, and to read a repository's pods is most of their work. */
const FOUND = new WeakMap<ContainerInputs, readonly Container[]>();

/** Every container that the repository describes, found once for the same inputs. */
export function containersOf(auditInputs: ContainerInputs): readonly Container[] {
  const known = FOUND.get(auditInputs);
  if (known !== undefined) return known;
  const found = [
    ...dockerfiles(auditInputs),
    ...compose(auditInputs),
    ...devContainers(auditInputs),
    ...runLines(auditInputs),
    ...podContainers(auditInputs, (text) => CLIENT.test(text)),
  ];
  FOUND.set(auditInputs, found);
  return found;
}
