'use strict';

const at = id => document.getElementById(id);

// Everything from the cluster goes through textContent: a host may be called anything.
function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

let fleet;

function show() {
  at('source').textContent = fleet.file ? `${fleet.file.split('/').pop()}, since ${new Date(fleet.since).toLocaleTimeString()}` : 'no cluster file: this machine alone';
  at('source').title = fleet.file ?? '';
  at('version').textContent = fleet.version;
  at('up').textContent = `${fleet.members.filter(m => m.up).length} of ${fleet.members.length}`;
  at('me').textContent = fleet.localHost
    ? `${fleet.localHost}${fleet.myGroups.length ? ' in ' + fleet.myGroups.join(', ') : ''}`
    : `${fleet.hostName} (not in the cluster)`;
  at('watched').textContent = fleet.watched;
  showProblems();
  showMembers();
  showGroups();
}

function showProblems() {
  const notices = [];
  if (fleet.problem) notices.push(element('div', { className: 'notice error' }, `The newest file is not used: ${fleet.problem}`));
  for (const d of fleet.diagnostics) {
    const place = element('code', { textContent: ` ${d.code} at line ${d.line}, column ${d.column}` });
    notices.push(element('div', { className: `notice ${d.severity}` }, `${d.message} ${d.remedy}`, place));
  }
  // Replaced only when they differ, so that a screen reader does not read them every second.
  const text = notices.map(n => n.textContent).join('\n');
  const problems = at('problems');
  if (problems.dataset.text === text) return;
  problems.dataset.text = text;
  problems.replaceChildren(...notices);
  problems.hidden = notices.length === 0;
}

function showMembers() {
  at('members').replaceChildren(...fleet.members.map(m => element('tr', {},
    element('th', { scope: 'row', textContent: m.host }),
    element('td', m.up ? { className: 'up', textContent: '● up' + (m.fault ? `, but ${m.fault}` : '') } : { className: 'down', textContent: `○ down (${m.fault})` }),
    element('td', { className: 'number', textContent: m.up ? `${m.milliseconds.toFixed(1)} ms` : '–' }))));
}

function showGroups() {
  const wanted = at('find').value.trim().toLowerCase();
  const matching = fleet.groups.filter(g => !wanted || g.hosts.some(h => h.toLowerCase().includes(wanted)));
  at('none').hidden = matching.length > 0;
  const list = at('group-list');
  const old = new Map([...list.children].map(d => [d.dataset.name, d]));
  const nodes = matching.map(g => {
    const node = old.get(g.name) ?? element('details', { open: fleet.groups.length <= 6 });
    node.dataset.name = g.name;
    const key = JSON.stringify([g, wanted, fleet.localHost]);
    if (node.dataset.key === key) return node;
    node.dataset.key = key;
    const had = node.contains(document.activeElement);
    const summary = element('summary', {}, element('b', { textContent: g.name }));
    if (g.isLump) summary.append(element('span', { className: 'tag', textContent: 'lump' }));
    summary.append(element('span', { className: 'count', textContent: g.hosts.length === 1 ? '1 host' : `${g.hosts.length} hosts` }));
    const hosts = g.hosts.filter(h => h.toLowerCase().includes(wanted));
    node.replaceChildren(summary, element('ul', {}, ...hosts.map(h => element('li', { textContent: h, className: h === fleet.localHost ? 'me' : '' }))));
    if (had) summary.focus();
    return node;
  });
  if (nodes.length !== list.children.length || nodes.some((n, i) => list.children[i] !== n)) list.replaceChildren(...nodes);
}

function live(on) {
  at('live').textContent = on ? 'live' : 'reconnecting';
  at('live').classList.toggle('on', on);
}

const events = new EventSource('events');
events.addEventListener('fleet', e => { fleet = JSON.parse(e.data); live(true); show(); });
events.addEventListener('error', () => live(false));
at('find').addEventListener('input', () => fleet && showGroups());
