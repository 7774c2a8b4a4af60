// An LSTM of one unit with its gates held by hand: Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000.

function respondLstm(settings, data) {
  const response = { inputs: [], candidates: [], cells: [], states: [] };
  let C = data.stored, H = settings.O * Math.tanh(C);
  for (const [X, F, I] of overTime(settings, data, "F", "I")) {
    const candidate = Math.tanh(X * data.W_x + H * data.W_h);
    C = F * C + I * candidate;
    H = settings.O * Math.tanh(C);
    response.inputs.push(X);
    response.candidates.push(candidate);
    response.cells.push(C);
    response.states.push(H);
  }
  return response;
}

export default gateExplorer(respondLstm, [
  { field: "cells", color: "blue", shape: "dots" },
  { field: "states", color: "purple", shape: "squares" },
  { field: "candidates", color: "orange", shape: "rings" },
]);
