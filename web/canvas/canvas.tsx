import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import {
  applyNodeChanges,
  Background,
  BackgroundVariant,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { edit, moveNodes, select, useDocument, useProblems, useSelection } from '../document/index.ts';
import { announce } from '../ui/index.ts';
import { placeNode, placeWire } from './building.ts';
import { cardNodes, wireEdges, type CardNode, type WireEdge } from './flow-model.ts';
import { Lanes } from './lanes.tsx';
import { NodeCard } from './node-card.tsx';
import { kindDragType } from './palette.tsx';
import { useView } from './view.ts';
import { Wire, WireMarkers } from './wire.tsx';
import { beginWire, endWire, useWireDraft } from './wire-draft.ts';
import './canvas.css';

const nodeTypes = { card: NodeCard };
const edgeTypes = { wire: Wire };
/** Leaves room for the caption, unless there is hardly any room at all. */
function fitOptions() {
  const isLow = (document.querySelector('.canvas')?.clientHeight ?? Infinity) < lowHeight;
  const margin = isLow ? '16px' : '36px';
  return {
    padding: { top: isLow ? margin : '84px', right: '36px', bottom: margin, left: '36px' },
    maxZoom: 1.1,
  } as const;
}

const lowHeight = 380;
/** Below this zoom the small print of a card cannot be read. */
const farZoom = 0.5;

/** The drawing of the system: cards to move and wires between them. */
export function Canvas() {
  return (
    <ReactFlowProvider>
      <Board />
    </ReactFlowProvider>
  );
}

function Board() {
  const draft = useDocument((state) => state.draft);
  const problems = useProblems();
  const selection = useSelection();
  const wiring = useWireDraft((state) => state.from !== null);
  const far = useStore((state) => state.transform[2] < farZoom);
  const flow = useReactFlow<CardNode, WireEdge>();

  const [nodes, setNodes] = useState<CardNode[]>([]);
  useEffect(() => {
    setNodes((before) => cardNodes(draft, problems, new Set(selection.nodes), before));
  }, [draft, problems, selection.nodes]);

  const edgesBefore = useRef<WireEdge[]>([]);
  const edges = useMemo(() => {
    edgesBefore.current = wireEdges(draft, problems, new Set(selection.edges), edgesBefore.current);
    return edgesBefore.current;
  }, [draft, problems, selection.edges]);

  const onNodesChange = useCallback((changes: NodeChange<CardNode>[]) => {
    setNodes((before) => applyNodeChanges(changes, before));
    const settled = changes.flatMap((change) =>
      change.type === 'position' && change.dragging === false && change.position
        ? [[change.id, { x: Math.round(change.position.x), y: Math.round(change.position.y) }] as const]
        : [],
    );
    if (settled.length > 0) edit((current) => moveNodes(current, new Map(settled)));
    reselect('nodes', changes);
  }, []);
  const onEdgesChange = useCallback((changes: EdgeChange<WireEdge>[]) => reselect('edges', changes), []);

  const onConnect = useCallback(({ source, target }: Connection) => placeWire(source, target), []);
  const onConnectEnd = useCallback((_event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    const { from, judgements } = useWireDraft.getState();
    const judgement = state.toNode ? judgements[state.toNode.id] : undefined;
    if (from !== null && judgement && !judgement.ok) announce(judgement.text, 'error');
    endWire();
  }, []);

  useClearOfSettings(selection.nodes);
  useFitting(draft.design.nodes.length > 0 && nodes.length > 0);

  return (
    <div
      className="canvas"
      data-wiring={wiring || undefined}
      data-far={far || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(kindDragType)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      }}
      onDrop={(event) => {
        const kind = event.dataTransfer.getData(kindDragType);
        if (kind === '') return;
        event.preventDefault();
        placeNode(kind, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
      }}
    >
      <WireMarkers />
      <ReactFlow<CardNode, WireEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnectStart={(_event, { nodeId }) => {
          if (nodeId !== null) beginWire(nodeId);
        }}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        isValidConnection={({ source, target }) => {
          const { from, judgements } = useWireDraft.getState();
          return judgements[from === source ? target : source]?.ok ?? false;
        }}
        onMoveEnd={(event) => {
          if (event !== null) useView.setState({ movedByUser: true });
        }}
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={['Meta', 'Control', 'Shift']}
        snapToGrid
        snapGrid={[8, 8]}
        minZoom={0.2}
        maxZoom={2}
        nodeDragThreshold={2}
        connectionRadius={14}
        proOptions={{ hideAttribution: true }}
        aria-label="Drawing of the system"
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.2} color="var(--dot)" />
        <Lanes />
      </ReactFlow>
    </div>
  );
}

/** Carries what React Flow selected over to the selection, which is kept apart from the drawing. */
function reselect(
  list: 'nodes' | 'edges',
  changes: readonly (NodeChange<CardNode> | EdgeChange<WireEdge>)[],
): void {
  const before = useSelection.getState();
  const ids = new Set(before[list]);
  let changed = false;
  for (const change of changes) {
    if (change.type !== 'select') continue;
    changed = true;
    if (change.selected) ids.add(change.id);
    else ids.delete(change.id);
  }
  if (changed) select({ nodes: before.nodes, edges: before.edges, [list]: [...ids] });
}

/** Settings open over the right of the canvas: a card that was picked there comes out from under them. */
function useClearOfSettings(selected: readonly string[]): void {
  const flow = useReactFlow();
  const [only, ...others] = selected;
  useEffect(() => {
    if (only === undefined || others.length > 0) return;
    const frame = requestAnimationFrame(() => {
      const card = document.querySelector(`.react-flow__node[data-id="${only}"]`)?.getBoundingClientRect();
      const settings = document.querySelector('.panel')?.getBoundingClientRect();
      if (!card || !settings || card.right <= settings.left - clearance) return;
      const { x, y, zoom } = flow.getViewport();
      void flow.setViewport({ x: x - (card.right - settings.left + clearance), y, zoom }, { duration: 160 });
    });
    return () => cancelAnimationFrame(frame);
  }, [only, others.length, flow]);
}

const clearance = 24;

/** Shows the whole drawing at the start, on request, and when the canvas is resized before a user moved it. */
function useFitting(ready: boolean): void {
  const flow = useReactFlow();
  const requests = useView((state) => state.fitRequests);
  useEffect(() => {
    if (!ready) return;
    useView.setState({ movedByUser: false });
    const frame = requestAnimationFrame(() => void flow.fitView(fitOptions()));
    return () => cancelAnimationFrame(frame);
  }, [ready, requests, flow]);
  useEffect(() => {
    const element = document.querySelector('.canvas');
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (!useView.getState().movedByUser) void flow.fitView(fitOptions());
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [flow]);
  useEffect(() => {
    const centre = (): { x: number; y: number } => {
      const box = document.querySelector('.canvas')?.getBoundingClientRect();
      return box
        ? flow.screenToFlowPosition({ x: box.x + box.width / 2, y: box.y + box.height / 2 })
        : { x: 0, y: 0 };
    };
    useView.setState({ centre });
  }, [flow]);
}
