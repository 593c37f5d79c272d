// The guarded project that a page is about: chosen once, kept in the address.
import type { ComponentChildren } from "preact";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { useStore } from "../core/store.ts";
import { Choice } from "../parts/field.tsx";
import { Empty, Loaded } from "../parts/state.tsx";

export type Pack = { readonly name: string; readonly title: string; readonly kind: string };
type Projects = {
  readonly command: string;
  readonly items: readonly { readonly id: string; readonly root: string; readonly mode: string }[];
  readonly packs: readonly Pack[];
};

/** Shows `children` for the chosen project; says what to do where none is guarded. */
export function ProjectChoice(props: {
  readonly children: (project: string, packs: readonly Pack[]) => ComponentChildren;
}) {
  const router = useRouter();
  const { path, query } = useStore(router.place);
  const resource = useResource<Projects>("/projects");
  return (
    <Loaded resource={resource} label="Reading the guarded projects">
      {({ items, packs }) => {
        const chosen = items.find(({ root }) => root === query.get("project")) ?? items[0];
        if (chosen === undefined)
          return (
            <Empty title="No project is guarded." command="sallyport start --guard .">
              <p>Run this in the folder of a project.</p>
            </Empty>
          );
        return (
          <>
            {items.length > 1 && (
              <Choice
                label="Project"
                value={chosen.root}
                options={items.map(({ root }) => ({ value: root, label: root }))}
                onChoose={(root) => {
                  const next = new URLSearchParams(query);
                  next.set("project", root);
                  router.go(`${path}?${next}`, { isReplaced: true });
                }}
              />
            )}
            {props.children(chosen.root, packs)}
          </>
        );
      }}
    </Loaded>
  );
}
