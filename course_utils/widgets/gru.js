// A GRU of one unit with its gates held by hand: equations 7 and 8 of Cho et al. 2014, arXiv:1406.1078.

function respondGru(settings, data) {
  const response = { inputs: [], candidates: [], states: [] };
  let H = data.stored;
  for (const [X, Z] of overTime(settings, data, "Z")) {
    const candidate = Math.tanh(X * data.W_x + settings.R * H * data.W_h);
    H = Z * H + (1 - Z) * candidate;
    response.inputs.push(X);
    response.candidates.push(candidate);
    response.states.push(H);
  }
  return response;
}

export default gateExplorer(respondGru, [
  { field: "states", color: "blue", shape: "dots" },
  { field: "candidates", color: "orange", shape: "rings" },
]);
