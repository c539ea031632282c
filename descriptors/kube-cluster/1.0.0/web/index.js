import { field } from './field.js';

/** Mounts the panel: two questions, and the plan that follows from the answers. */
export const ClusterPanel = {
  mount(element, { config, call }) {
    const plan = document.createElement('output');
    const form = document.createElement('form');
    form.append(
      field('Workers', 'nodes', 'number', config.nodes ?? 3),
      field('Size of each', 'size', ['small', 'medium', 'large'], config.size ?? 'medium'),
      plan,
    );
    const refresh = async () => {
      const { nodes, size } = Object.fromEntries(new FormData(form));
      const { cores, memory_gib: memory } = await call('plan', { nodes: Number(nodes), size });
      plan.textContent = `${cores} cores and ${memory} GiB of memory, spare workers included`;
    };
    form.addEventListener('input', refresh);
    element.append(form);
    void refresh();
    return () => form.remove();
  },
};
