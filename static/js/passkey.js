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

// On the sign-in page: allauth's files are fetched when the button is pressed for the first time.
(() => {
  const later = document.currentScript.dataset.later;
  const button = document.getElementById("passkey_login");
  if (!later || !button) return;

  const fetched = (address) => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = () => failed(new Error(address));
    document.head.append(script);
  });

  let coming = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault(); // the form is sent by allauth, with the key's answer
    if (coming) return;
    coming = true;
    try {
      for (const address of later.split(" ")) await fetched(address);
    } catch (exception) {
      coming = false;
      document.dispatchEvent(new CustomEvent("allauth.error", { detail: { exception }, cancelable: true }));
      return;
    }
    window.allauth.webauthn.forms.loginForm({ ids: { login: "passkey_login", credential: "mfa_credential" } });
    button.click();
  });
})();
