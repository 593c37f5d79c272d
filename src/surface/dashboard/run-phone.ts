// Questions answered from a phone, with the real parts of one data directory.
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { channelsFor } from "#detect/notice/routing.ts";
import { questionNotice } from "#detect/notice/notice.ts";
import { userName } from "#platform/user.ts";
import { packageRoot } from "../foundation/product/product.ts";
import type { Install } from "../services/installation/install.ts";
import { leaveOrder } from "../services/notify/orders.ts";
import { readNotifySettings } from "../services/notify/settings-file.ts";
import { hasPassphrase, isPassphrase } from "./access/passphrase.ts";
import { createPhoneLinks } from "./phone/phone-links.ts";
import type { PublicPlace } from "./access/public-place.ts";
import { keepRinging } from "./phone/phone-rings.ts";
import { readPhonePage, servePhones } from "./phone/phone-server.ts";
import { dashboardParts } from "./run-dashboard.ts";

export type RunningPhone = {
  readonly port: number;
  /** Channels that are told. */
  readonly channels: readonly string[];
  close(): Promise<void>;
};

/** The page as it was built, also when this runs from source. */
function builtPhonePage(): string {
  return join(packageRoot(), "dist", "phone.html");
}

/** Starts it. Throws a Failure where there is no passphrase, or nobody would be told. */
export async function runPhone(
  install: Install,
  options: {
    readonly place: PublicPlace;
    /** Channels of `notify.yaml` in place of those of its rules. */
    readonly channels?: readonly string[] | undefined;
    readonly page?: string;
  },
): Promise<RunningPhone> {
  const { directories } = install;
  const { place, page = builtPhonePage() } = options;
  if (!hasPassphrase(directories))
    throw new Failure(
      "dashboard",
      "an answer from a phone counts with your passphrase alone: set it with `sallyport dashboard passphrase`",
    );
  const channels = toldChannels(directories.notifyFile, options.channels);
  const parts = dashboardParts(install);
  const links = createPhoneLinks(parts.clock);
  const say = (line: string) => void process.stderr.write(`sallyport dashboard: ${line}\n`);
  const server = await servePhones(
    {
      clock: parts.clock,
      order: parts.order,
      note: parts.note,
      links,
      by: userName(),
      isPassphrase: oneAtATime((given: string) => isPassphrase(directories, given)),
    },
    { place, page: readPhonePage(page), onFault: say },
  );
  const rings = keepRinging({
    live: parts.live,
    order: parts.order,
    clock: parts.clock,
    links,
    url: place.url,
    tell: (notice) =>
      leaveOrder(directories.notify, { kind: "notice", notice, to: channels }, parts.clock.nowMs()),
    onProblem: say,
  });
  await rings.isReady;
  return {
    port: server.port,
    channels,
    async close() {
      await rings.end();
      parts.live.close();
      await server.close();
    },
  };
}

function toldChannels(file: string, given: readonly string[] | undefined): readonly string[] {
  const { channels, routing } = readNotifySettings(file);
  const unknown = given?.find((name) => !channels.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Failure(
      "usage",
      "`--phone-channel` names a channel that `sallyport notify list` has",
    );
  const sample = questionNotice({
    id: "sample",
    rule: "",
    tool: "",
    timeMs: 0,
    untilMs: 0,
    link: "https://sample.invalid",
  });
  const told = given ?? channelsFor(sample, routing);
  if (told.length > 0) return told;
  throw new Failure(
    "dashboard",
    "nobody would be told of a question: add a channel with `sallyport notify add`, then name it with `--phone-channel`",
  );
}

/** WHY: each check of a passphrase takes 64 MB for some time. */
function oneAtATime<Result>(
  work: (given: string) => Promise<Result>,
): (given: string) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (given) => {
    const next = last.then(() => work(given));
    last = next.catch(() => undefined);
    return next;
  };
}
