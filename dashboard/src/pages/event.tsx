// One event of the log on a page of its own.
import { useMemo } from "preact/hooks";
import { segment } from "../core/api.ts";
import { type PaletteItem, useApp, usePaletteItems } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { PageFrame } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { type EventAnswer, EventBody } from "./event-body.tsx";
import type { PageProps } from "./index.ts";

export function Page({ params }: PageProps) {
  const { router } = useApp();
  const index = params["index"] ?? "";
  const isNumber = /^\d{1,16}$/.test(index);
  const resource = useResource<EventAnswer>(isNumber ? `/events/${segment(index)}` : null);
  const items = useMemo<readonly PaletteItem[]>(
    () => [
      { title: "Event after this one", run: () => router.go(`/log/${Number(index) + 1}`) },
      {
        title: "Event before this one",
        run: () => router.go(`/log/${Math.max(0, Number(index) - 1)}`),
      },
    ],
    [index],
  );
  usePaletteItems(items);
  return (
    <PageFrame
      title={`Event ${isNumber ? index : ""}`}
      command={resource.value?.command}
      actions={
        <>
          <a class="button" href={`/log/${Math.max(0, Number(index) - 1)}`}>
            Earlier
          </a>
          <a class="button" href={`/log/${Number(index) + 1}`}>
            Later
          </a>
        </>
      }
    >
      {isNumber ? (
        <Loaded resource={resource} label="Reading the event">
          {(value) => <EventBody {...value} />}
        </Loaded>
      ) : (
        <Empty title="An event is named by its number.">
          <p>
            Go to the <a href="/log">log</a> and choose one.
          </p>
        </Empty>
      )}
    </PageFrame>
  );
}
