// In the head and not deferred: the theme that was chosen holds before anything is drawn.
try {
  const chosen = localStorage.getItem("keeptabs-theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch { /* a browser that keeps nothing: the system's theme holds */ }
document.documentElement.classList.add("js");
