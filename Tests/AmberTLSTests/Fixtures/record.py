# Records the sessions beside this file: record.py memory NAME VERSION CIPHERS CERTIFICATE KEY [long]
#                                         record.py openssl NAME [s_server options]     (with srv.pem and srv.key here)
#
# NAME.session has a line for each piece, `sent` or `received` with its bytes in hexadecimal, and `end`; NAME.keylog is
# what the client logged.
import os, socket, ssl, subprocess, sys, threading, time


def memory():
    """Python's client and server, by turns."""
    name, version, ciphers, cert, key = sys.argv[2:7]
    log=name+".keys"
    if os.path.exists(log): os.remove(log)
    s=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); s.load_cert_chain(cert,key); s.set_alpn_protocols(["http/1.1"])
    c=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); c.check_hostname=False; c.verify_mode=ssl.CERT_NONE; c.keylog_filename=log; c.set_alpn_protocols(["h2","http/1.1"])
    if version=="1.2": c.maximum_version=ssl.TLSVersion.TLSv1_2
    if ciphers!="-": c.set_ciphers(ciphers)
    ci,co,si,so=(ssl.MemoryBIO() for _ in range(4))
    client=c.wrap_bio(ci,co,server_hostname="api.example"); server=s.wrap_bio(si,so,server_side=True)
    lines=[]
    def pump():
        d=co.read()
        if d: lines.append("sent "+d.hex()); si.write(d)
        d=so.read()
        if d: lines.append("received "+d.hex()); ci.write(d)
    def step(f):
        try: return f()
        except (ssl.SSLWantReadError,): return None
    done=[False,False]
    for _ in range(6):
        if not done[0]:
            try: client.do_handshake(); done[0]=True
            except ssl.SSLWantReadError: pass
        pump()
        if not done[1]:
            try: server.do_handshake(); done[1]=True
            except ssl.SSLWantReadError: pass
        pump()
    client.write(b"GET /price HTTP/1.1\r\nHost: api.example\r\n\r\n"); pump(); server.read(1000)
    server.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12,50"); pump(); client.read(1000)
    server.write(b"x"*(20000 if len(sys.argv) > 7 else 50)); pump(); step(lambda: client.read(30000))
    step(server.unwrap); pump(); lines.append("received end"); lines.append("sent end")
    open(name+".session","w").write("\n".join(lines)+"\n")
    os.rename(log, name+".keylog")


def openssl():
    """openssl s_client and s_server, with a relay between them."""
    name=sys.argv[2]; log=name+".keylog"
    if os.path.exists(log): os.remove(log)
    server=subprocess.Popen(["openssl","s_server","-accept","9771","-cert","srv.pem","-key","srv.key","-tls1_3","-quiet"]+sys.argv[3:],stdin=subprocess.PIPE,stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL); time.sleep(.7)
    d=socket.socket(); d.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEADDR,1); d.bind(("127.0.0.1",9772)); d.listen(1)
    client=subprocess.Popen(["openssl","s_client","-connect","127.0.0.1:9772","-servername","api.example","-keylogfile",log],stdin=subprocess.PIPE,stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL)
    a,_=d.accept(); b=socket.create_connection(("127.0.0.1",9771)); lines=[]; lock=threading.Lock()
    def copy(x,y,n):
        while True:
            z=x.recv(65536)
            with lock: lines.append(n+" "+(z.hex() or "end"))
            if not z: break
            y.sendall(z)
        try: y.shutdown(socket.SHUT_WR)
        except OSError: pass
    t=[threading.Thread(target=copy,args=q) for q in((a,b,"sent"),(b,a,"received"))]
    for x in t: x.start()
    def say(p,s): p.stdin.write(s); p.stdin.flush(); time.sleep(.3)
    time.sleep(.5); say(client,b"first question\n"); say(server,b"first answer\n"); say(client,b"K\n"); say(client,b"second question\n"); say(server,b"second answer\n"); say(client,b"Q\n")
    for x in t: x.join(3)
    client.kill(); server.kill(); open(name+".session","w").write("\n".join(lines)+"\n")


{"memory": memory, "openssl": openssl}[sys.argv[1]]()
