// A definition of a container image for CI runners: the client and this program, pinned, for an account without rights.
import { Failure } from "#base/failure.ts";

/** What the image is built of. `sha256`: of the npm package, which lies beside the definition as `PACKAGE_NAME`. */
export type ImageOrder = {
  readonly base: string;
  readonly client: string;
  readonly sha256: string;
};

export const PACKAGE_NAME = "sallyport.tgz";
const PINNED = /^[\w][\w./:-]{0,200}@sha256:[0-9a-f]{64}$/;
const VERSION = /^\d+\.\d+\.\d+$/;

/**
 * The text of the Dockerfile. Throws a Failure `usage` for a base without its digest or a client without an exact version: both
 * would be another one tomorrow.
 */
export function runnerImage({ base, client, sha256 }: ImageOrder): string {
  if (!PINNED.test(base))
    throw new Failure(
      "usage",
      "`--base` has to name a Debian image with node by its digest, such as `node:22-bookworm-slim@sha256:...`; `docker buildx imagetools inspect node:22-bookworm-slim` prints it",
    );
  if (!VERSION.test(client))
    throw new Failure("usage", "`--client` has to be an exact version, such as `2.1.328`");
  return `# An image for CI runners. No engine built it yet: run \`sallyport ci check\` and a first job by hand.
FROM ${base}
ENV DISABLE_AUTOUPDATER=1
RUN apt-get update \\
 && apt-get install -y --no-install-recommends bubblewrap ca-certificates git socat \\
 && rm -rf /var/lib/apt/lists/*
COPY --chmod=0644 ${PACKAGE_NAME} /tmp/${PACKAGE_NAME}
RUN echo "${sha256}  /tmp/${PACKAGE_NAME}" | sha256sum --check --strict \\
 && npm install --global --ignore-scripts /tmp/${PACKAGE_NAME} \\
 && npm install --global @anthropic-ai/claude-code@${client} \\
 && npm cache clean --force \\
 && rm /tmp/${PACKAGE_NAME}
RUN useradd --create-home --uid 10001 --shell /bin/bash runner \\
 && install -d -o runner -g runner -m 0700 /workspace
WORKDIR /workspace
USER runner
HEALTHCHECK --interval=60s --timeout=20s --retries=3 CMD sallyport --version && claude --version && test -w /workspace
ENTRYPOINT ["sallyport", "ci", "run"]
`;
}
