# The web page. There is no login: anybody who reaches the port can run studies on this machine. Put a
# proxy with a login in front of it (oauth2-proxy, Authelia, an identity-aware proxy), which must pass
# WebSockets (/_stcore/stream) and the Host header on, and publish the port to the proxy only.
#
#   docker build -t floorcast .
#   docker run -p 127.0.0.1:8501:8501 -v floorcast-results:/results floorcast
FROM python:3.12-slim
RUN useradd --create-home planner && mkdir /results && chown planner /results
COPY requirements.lock /source/
RUN pip install --no-cache-dir -r /source/requirements.lock
COPY . /source
RUN pip install --no-cache-dir --no-deps /source
USER planner
ENV FLOORCAST_RESULTS=/results
# The model is compiled once, so that the first reader does not wait for it.
RUN python -c "from floorcast.cli.compiling import compile_first; compile_first()"
WORKDIR /home/planner
EXPOSE 8501
CMD ["floorcast", "app", "--address", "0.0.0.0", "--no-browser"]
