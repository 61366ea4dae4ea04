// Runs one process through bpmn-engine: reads {source, inputs} from standard input, prints what waits after each input.
//
// An input is {id, variables} of a user task that is completed, or {timer} of a boundary or intermediate timer that fires.
// Office time plays no part here: a timer fires when it is told to.
import {EventEmitter} from 'node:events';
import {readFileSync} from 'node:fs';
import {Engine} from 'bpmn-engine';

const {source, inputs} = JSON.parse(readFileSync(0, 'utf8'));
const CONDITION = /^\$\{(\w+) (==|!=) '(\w*)'\}$/;
const values = {};

const expressions = {
  resolveExpression(text) {
    const found = CONDITION.exec(text);
    if (!found) return text;
    const equal = (values[found[1]] ?? null) === found[3];
    return found[2] === '==' ? equal : !equal;
  },
};

const waiting = new Map();
const timers = new Map();
const listener = new EventEmitter();
listener.on('activity.wait', (api) => waiting.set(api.content.executionId ?? api.executionId, api));
for (const event of ['activity.end', 'activity.leave', 'activity.discard']) {
  listener.on(event, (api) => {
    for (const [key, held] of waiting) if (held.id === api.id && key.startsWith(api.executionId)) waiting.delete(key);
  });
}
listener.on('activity.timer', (api) => timers.set(api.id, api));

const engine = new Engine({name: 'cross', source, expressions});
let ended = false;
engine.once('end', () => { ended = true; });
engine.once('error', (error) => { throw error; });
const execution = await engine.execute({listener});
const view = () => ({items: [...waiting.values()].filter((api) => api.owner.isRunning).map((api) => api.id).sort(), ended});
const views = [view()];
for (const input of inputs) {
  if (input.timer) {
    execution.cancelActivity({id: input.timer});
  } else {
    Object.assign(values, input.variables);
    const [key, api] = [...waiting].find(([, each]) => each.id === input.id) ?? [];
    if (!api) { views.push({missing: input.id}); break; }
    waiting.delete(key);
    api.signal();
  }
  await new Promise((done) => setImmediate(done));
  views.push(view());
}
if (!ended) await engine.stop();
process.stdout.write(JSON.stringify(views));
process.exit(0);
