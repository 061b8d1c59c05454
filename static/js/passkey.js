// Says in words why a passkey did not work. The words are in the page.
document.addEventListener("allauth.error", (event) => {
  const box = document.getElementById("passkey-problem");
  if (!box) return;
  event.preventDefault();
  const words = box.querySelector("span");
  const name = event.detail.exception && event.detail.exception.name;
  const why = !window.PublicKeyCredential || name === "SecurityError" ? "insecure" : name === "NotAllowedError" ? "refused" : "other";
  words.textContent = words.dataset[why];
  box.hidden = false;
});
